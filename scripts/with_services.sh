#!/usr/bin/env bash
# Runs a command with PostgreSQL and Redis up; stops them afterwards if they were not up before.
set -euo pipefail
cd "$(dirname "$0")/.."
was_up=0; scripts/services.sh status >/dev/null && was_up=1
scripts/services.sh up
set -a; . .run/services.env; set +a
finish() { [ "$was_up" = 1 ] || scripts/services.sh down; }
trap finish EXIT
"$@"
