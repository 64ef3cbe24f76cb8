#!/bin/bash
# What the image's docker-entrypoint.sh does, as far as the manifests use it: an empty PGDATA becomes a cluster with
# POSTGRES_DB, the scripts of /docker-entrypoint-initdb.d run on it, and then the server starts in the foreground.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"; chmod 700 "$PGDATA"
  # shellcheck disable=SC2086 # several words
  initdb --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" $POSTGRES_INITDB_ARGS >/dev/null
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  pg_ctl -w -o "-c listen_addresses=''" start >/dev/null
  psql -U postgres -qc "CREATE DATABASE \"$POSTGRES_DB\"" postgres
  for script in /docker-entrypoint-initdb.d/*.sh; do "$script"; done
  pg_ctl -w -m fast stop >/dev/null
fi
exec "$@"
