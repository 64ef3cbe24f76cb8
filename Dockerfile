# One image for every process of Segue; the command says which (README, "Processes").
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
COPY requirements/base.txt /build/base.txt
# Wheels only, so that no compiler is needed; lavalink is published as (pure Python) source.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: --no-binary lavalink -r /build/base.txt \
    && /opt/venv/bin/pip uninstall --yes --quiet pip setuptools
WORKDIR /app
COPY . .
# The file system is read-only at run time: compiled here, or at every start.
RUN rm -r requirements && /opt/venv/bin/python -m compileall -q /app

FROM ${PYTHON_IMAGE}
# curl and nc are what the runbook looks around with, from inside a pod.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates curl netcat-openbsd \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 segue \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin segue
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=project.settings
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 3000 3001 3002 3003 3004 5555
