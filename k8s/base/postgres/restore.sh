#!/bin/sh
# Restores a dump of backup.sh: `restore.sh check [name]` into a database of its own that is dropped again, `restore.sh
# replace [name]` in place of the database, which stays beside it as <database>_before_<time>. Without a name, the newest.
# For `replace` nobody may be connected: scale every deployment to 0 first (docs/deployment.md).
set -eu
what=${1:?check or replace}
folder=${BACKUPS:-/backups}
name=${2:-$(cd "$folder" && find . -name 'discord-*.dump' | sort | tail -n 1)}
name=${name#./}
database=${PGDATABASE:-discord}
now=$(date -u +%Y%m%d%H%M%S)
fresh=restored_$now
export PGDATABASE=postgres
[ -z "${PGPASSWORD_FILE:-}" ] || { PGPASSWORD=$(cat "$PGPASSWORD_FILE"); export PGPASSWORD; }
say() { psql --quiet --no-psqlrc --tuples-only --no-align -v ON_ERROR_STOP=1 "$@"; }

[ -f "$folder/$name" ] || { echo "restore.sh: no backup ${name:-at all} in $folder" >&2; exit 2; }
(cd "$folder" && sha256sum --check --quiet "$name.sha256")
say -c "CREATE DATABASE $fresh TEMPLATE template0"
trap 'say -c "DROP DATABASE IF EXISTS $fresh"' EXIT
pg_restore --exit-on-error --dbname="$fresh" "$folder/$name"
slots=$(say -d "$fresh" -c "SELECT count(*) FROM slots")
[ "$slots" -gt 0 ] || { echo "restore.sh: $name has no slots, it is no database of Segue's" >&2; exit 1; }
if [ "$what" = replace ]; then
  if [ -n "$(say -c "SELECT 1 FROM pg_database WHERE datname = '$database'")" ]; then
    say -c "ALTER DATABASE $database RENAME TO ${database}_before_$now"
  fi
  say -c "ALTER DATABASE $fresh RENAME TO $database" -c "ALTER DATABASE $database OWNER TO segue"
fi
echo "$name: $what done, $slots slots, $(say -d "$([ "$what" = replace ] && echo "$database" || echo "$fresh")" \
  -c "SELECT count(*) FROM players") players"
