#!/bin/sh
# Makes the roles of Segue's processes with the passwords of their URLs, and what they may do. Run again after a password
# was rotated or the database was made anew: kubectl exec postgres-0 -n discord-bot -- /opt/segue/roles.sh
set -eu
secrets=${SECRETS:-/run/secrets/segue}
database=${DATABASE:-discord}

password_of() { # a file with postgresql://role:password@…
  found=$(sed -n 's#^[a-z]*://[^:/]*:\([A-Za-z0-9_-]*\)@.*#\1#p' "$secrets/$1")
  [ -n "$found" ] || { echo "roles.sh: $1 is not postgresql://role:password@…, letters and digits" >&2; exit 2; }
  echo "$found"
}
app=$(password_of DATABASE_URL)
audio=$(password_of AUDIO_DATABASE_URL)

# By stdin: arguments can be seen by every process of the pod.
psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 -v database="$database" -v rate="${STATEMENT_SAMPLE_RATE:-0.05}" \
  -U postgres -d "$database" <<SQL
SET log_min_error_statement = panic;
SET log_min_duration_statement = -1;
\set superuser \`cat "$secrets/POSTGRES_PASSWORD"\`
ALTER ROLE postgres PASSWORD :'superuser';
SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY['segue', 'segue_audio']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
-- The limits add up to less than max_connections: neither can lock out the other, or people. An api has 16, a child of a
-- background worker one, a child of an audio worker at most 8 and one at rest.
ALTER ROLE segue LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 80 PASSWORD '$app';
ALTER ROLE segue_audio LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 100 PASSWORD '$audio';
-- One statement in 1/rate is logged, without its values (RUNBOOK.md, tracing a command).
ALTER ROLE segue_audio SET log_min_duration_sample = 0;
ALTER ROLE segue_audio SET log_statement_sample_rate = :'rate';
-- "Key (…)=(…) already exists" and "Failing row contains (…)" would tell values, too; people in the pod still read them.
ALTER ROLE segue SET log_error_verbosity = terse;
ALTER ROLE segue_audio SET log_error_verbosity = terse;
ALTER DATABASE :"database" OWNER TO segue;
GRANT USAGE, CREATE ON SCHEMA public TO segue;
GRANT USAGE ON SCHEMA public TO segue_audio;
-- Which tables the audio workers may use is given by the end of each migration (apps/playback/audio_role.py), and nothing
-- before that: a new table may hold what is none of their business.
ALTER DEFAULT PRIVILEGES FOR ROLE segue IN SCHEMA public REVOKE ALL ON TABLES FROM segue_audio;
ALTER DEFAULT PRIVILEGES FOR ROLE segue IN SCHEMA public REVOKE ALL ON SEQUENCES FROM segue_audio;
SQL
