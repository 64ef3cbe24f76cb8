#!/bin/sh
# Writes one dump of the database with its checksum, keeps those of KEEP_DAYS, and leaves a row in `backups`, by whose age
# a job notices when backups stop.
set -eu
folder=${BACKUPS:-/backups}
name=discord-$(date -u +%Y%m%dT%H%M%SZ).dump
PGPASSWORD=$(sed -n 's#^[a-z]*://[^:/]*:\([^@]*\)@.*#\1#p' "${DATABASE_URL_FILE:?}")
export PGPASSWORD

# Room first: a disk that is full would stay so. The newest dump is kept whatever its age, and what nobody can be writing
# any more (the Job ends after two hours) is no dump.
newest=$(cd "$folder" && find . -name 'discord-*.dump' | sort | tail -n 1)
find "$folder" -name 'discord-*' -mtime "+${KEEP_DAYS:-14}" ! -name "$(basename "${newest:-none}")*" -delete
find "$folder" -name 'discord-*.part' -mmin +150 -delete
trap 'rm -f "$folder/$name.part"' EXIT

# Under another name until it is whole: what is called .dump can be restored.
pg_dump --format=custom --file="$folder/$name.part"
pg_restore --list "$folder/$name.part" >/dev/null
sum=$(sha256sum "$folder/$name.part" | cut -d' ' -f1)
size=$(stat -c %s "$folder/$name.part")
echo "$sum  $name" >"$folder/$name.sha256"
mv "$folder/$name.part" "$folder/$name"
sync
psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 -v name="$name" -v size="$size" -v sum="$sum" <<'SQL'
INSERT INTO backups (finished_at, size_bytes, name, sha256) VALUES (now(), :size, :'name', :'sum');
SQL
echo "Backup $name: $size bytes"
