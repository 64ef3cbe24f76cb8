# The commands people and CI use; each installs what it lacks.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
# Tests wait for processes half of the time: one process more than there are processors.
WORKERS ?= $(shell expr $$(nproc) + 1)

.PHONY: help
help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 26

.PHONY: setup
setup:
	@scripts/bootstrap.sh

.PHONY: demo
demo: setup ## Run everything on this machine with a simulated Discord; CHECK=1 judges it and exits
	@exec $(PY) -m simulator.demo

.PHONY: up
up: setup ## Start private PostgreSQL and Redis and migrate (.run/services.env says where they are)
	@scripts/services.sh up
	@set -a; . .run/services.env; SANDBOX=1 SMALL=$${SMALL-1} DISCORD_API_URL=http://127.0.0.1:8900/api/v10 \
	  DISCORD_GATEWAY_URL=ws://127.0.0.1:8900/gateway $(PY) manage.py migrate --verbosity 0

.PHONY: down
down: ## Stop what `make up` started
	@scripts/services.sh down

.PHONY: test
test: setup ## Run all tests
	@scripts/with_services.sh $(PY) -m pytest -n $(WORKERS) --dist loadgroup $(TESTS)

.PHONY: chaos
chaos: setup ## Kill, freeze and forget everything while people listen; ROUNDS=200 for more rounds under load
	@scripts/with_services.sh env ROUNDS=$${ROUNDS:-20} $(PY) -m pytest -p no:randomly -m chaos tests/chaos $(TESTS)

.PHONY: bench
bench: setup ## Measure the budgets on real processes (ONLY=a,c and more: tests/bench/__main__.py)
	@scripts/with_services.sh $(PY) -m tests.bench

.PHONY: k8s-build
k8s-build: ## Build a Kubernetes API server outside the tree, once per version (minutes; needs Go)
	@scripts/k8s_build.sh >/dev/null

.PHONY: k8s-up
k8s-up: setup ## Start that API server with nodes that pretend, and say how kubectl reaches it (NO_BUILD=1: only if built)
	@$(PY) -m tests.cluster up

.PHONY: k8s-down
k8s-down: setup ## Stop it
	@$(PY) -m tests.cluster down

.PHONY: k8s-verify
k8s-verify: setup k8s-build ## Try the manifests on that API server, with our real processes as pods
	@scripts/with_services.sh $(PY) -m pytest -p no:randomly -m cluster tests/cluster $(TESTS)

.PHONY: runbook
runbook: setup ## Type all of RUNBOOK.md into a cluster in which music plays, and judge each command (ROWS="7 43" for some)
	@scripts/k8s_build.sh >/dev/null || true
	@$(PY) -m tests.runbook $(ROWS)

.PHONY: browser
browser: ## Install a Chromium for the console's tests, which are left out without one
	@scripts/browser.sh

.PHONY: check
check: setup ## Format, lint, types, import rules, migrations
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@scripts/with_services.sh env SANDBOX=1 SMALL=1 DISCORD_API_URL=http://127.0.0.1:8900/api/v10 \
	  DISCORD_GATEWAY_URL=ws://127.0.0.1:8900/gateway $(PY) manage.py makemigrations --check --dry-run

.PHONY: format
format: setup ## Format and mend what ruff can
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

.PHONY: requirements
requirements: setup ## Compile requirements/*.txt from requirements/*.in
	@for name in base dev; do \
	  .venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	    --no-emit-find-links --custom-compile-command "make requirements" requirements/$$name.in \
	    --output-file requirements/$$name.txt; done
