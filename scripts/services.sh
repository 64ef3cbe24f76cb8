#!/usr/bin/env bash
# PostgreSQL >= 15 and Redis >= 7 for this checkout: `up`, `down`, `status`.
# What DATABASE_URL / REDIS_URL name is used as it is; else private servers run under .run/ on ports of their own.
# `up` writes .run/services.env. It works as root in a container without systemd and as a user on a laptop.
set -euo pipefail
cd "$(dirname "$0")/.."
RUN="$PWD/.run"
ENV_FILE="$RUN/services.env"
mkdir -p "$RUN"

say() { echo "services: $*"; }
refuse() { echo "services: $*" >&2; exit 2; }
# From /, as the postgres user may not be allowed into the checkout.
as_server() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

port_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
pick_port() { # name, first choice
  local port=$2
  while ! port_free "$port"; do
    echo "services: port $port is taken, $1 tries the next one" >&2
    port=$((port + 1))
  done
  echo "$port"
}

redis_answers() { # it listens before it has read its file, and says LOADING meanwhile
  (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'PING\r\n' >&3 && read -t 1 -r line <&3 && [[ $line == +PONG* ]]) 2>/dev/null
}

postgres_bin() {
  local dir found
  found=$(command -v initdb || true)
  for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) ${found:+$(dirname "$found")} \
    /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
    [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ] || continue
    [ "$("$dir/initdb" --version | grep -oE '[0-9]+' | head -1)" -ge 15 ] && { echo "$dir"; return 0; }
  done
  return 1
}
redis_bin() {
  local found; found=$(command -v redis-server) || return 1
  [ "$("$found" --version | sed -E 's/.* v=([0-9]+).*/\1/')" -ge 7 ] && echo "$found"
}

install_missing() {
  local missing=""
  [ -n "${DATABASE_URL:-}" ] || postgres_bin >/dev/null || missing="postgresql"
  [ -n "${REDIS_URL:-}" ] || redis_bin >/dev/null || missing="$missing redis-server"
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing$([ "${missing:0:1}" = " " ] || echo ' ')$missing"
    apt-get update -qq
    # The packages must not start servers of their own: ours are private to this checkout.
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    [ -n "${DATABASE_URL:-}" ] || postgres_bin >/dev/null || refuse "PostgreSQL 15 or newer is not in this system's packages."
    [ -n "${REDIS_URL:-}" ] || redis_bin >/dev/null || refuse "Redis 7 or newer is not in this system's packages."
  elif [ "$(uname)" = Darwin ]; then
    refuse "PostgreSQL >= 15 or Redis >= 7 is missing. Run: brew install postgresql@15 redis"
  else
    refuse "PostgreSQL >= 15 or Redis >= 7 is missing. Run: sudo apt-get install -y postgresql redis-server"
  fi
}

server_home() { # the postgres user must be able to reach its files, which a checkout in /root forbids
  local home="$RUN"
  if [ "$(id -u)" = 0 ] && ! runuser -u postgres -- test -x "$RUN"; then
    home="/var/tmp/segue-$(echo "$PWD" | cksum | cut -d' ' -f1)"
  fi
  mkdir -p "$home/postgres" "$home/redis"
  echo "$home"
}

start_postgres() {
  local bin home port password
  bin=$(postgres_bin); home=$(server_home)/postgres
  [ "$(id -u)" != 0 ] || chown postgres "$home"
  if [ ! -s "$home/data/PG_VERSION" ]; then
    password=$(head -c 18 /dev/urandom | base64 | tr -d '+/=')
    (umask 077; echo "$password" > "$home/password")
    [ "$(id -u)" != 0 ] || chown postgres "$home/password"
    as_server "$bin/initdb" -D "$home/data" -A scram-sha-256 -U postgres --pwfile="$home/password" --no-sync \
      -E UTF8 --locale=C.UTF-8 >/dev/null 2>&1 \
      || as_server "$bin/initdb" -D "$home/data" -A scram-sha-256 -U postgres --pwfile="$home/password" --no-sync \
        -E UTF8 --locale=C >/dev/null
  fi
  password=$(cat "$home/password")
  if ! as_server "$bin/pg_ctl" -D "$home/data" status >/dev/null 2>&1; then
    port=15432 # below the range from which the system gives ports to outgoing connections
    for try in 1 2 3; do
      port=$(pick_port PostgreSQL "$port")
      echo "$port" > "$home/port"
      as_server "$bin/pg_ctl" -D "$home/data" -w -l "$home/log" start -o \
        "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=300" \
        >/dev/null && break
      [ "$try" != 3 ] || refuse "PostgreSQL did not start; see $home/log"
      port=$((port + 1))
    done
  fi
  port=$(cat "$home/port")
  export PGPASSWORD="$password"
  "$bin/psql" -h 127.0.0.1 -p "$port" -U postgres -qtAc "SELECT 1 FROM pg_database WHERE datname='discord'" postgres \
    | grep -q 1 || "$bin/createdb" -h 127.0.0.1 -p "$port" -U postgres discord
  DATABASE_URL="postgresql://postgres:$password@127.0.0.1:$port/discord"
}

start_redis() {
  local bin home port
  bin=$(redis_bin); home=$(server_home)/redis
  if [ -s "$home/redis.pid" ] && kill -0 "$(cat "$home/redis.pid")" 2>/dev/null; then
    port=$(cat "$home/port")
  else
    port=$(pick_port Redis 16379)
    echo "$port" > "$home/port"
    "$bin" --port "$port" --bind 127.0.0.1 --daemonize yes --save '' --appendonly yes --dir "$home" \
      --pidfile "$home/redis.pid" --logfile "$home/log" >/dev/null
    for _ in $(seq 100); do redis_answers "$port" && break; sleep 0.1; done
    redis_answers "$port" || refuse "Redis did not start; see $home/log"
  fi
  REDIS_URL="redis://127.0.0.1:$port/0"
}

running() { # either of the two counts: `down` must be worth calling
  local home
  for home in "$RUN" "/var/tmp/segue-$(echo "$PWD" | cksum | cut -d' ' -f1)"; do
    [ -s "$home/redis/redis.pid" ] && kill -0 "$(cat "$home/redis/redis.pid")" 2>/dev/null && return 0
    [ -s "$home/postgres/data/postmaster.pid" ] && return 0
  done
  return 1
}

case "${1:-}" in
  up)
    install_missing
    [ -n "${DATABASE_URL:-}" ] || start_postgres
    [ -n "${REDIS_URL:-}" ] || start_redis
    (umask 077; printf 'DATABASE_URL=%s\nREDIS_URL=%s\n' "$DATABASE_URL" "$REDIS_URL" > "$ENV_FILE")
    say "PostgreSQL $(echo "$DATABASE_URL" | sed -E 's#//([^:@/]+):[^@]*@#//\1:…@#')"
    say "Redis $(echo "$REDIS_URL" | sed -E 's#//[^@/]*@#//…@#')"
    ;;
  down)
    for home in "$RUN" "/var/tmp/segue-$(echo "$PWD" | cksum | cut -d' ' -f1)"; do
      if [ -s "$home/postgres/data/postmaster.pid" ]; then
        as_server "$(postgres_bin)/pg_ctl" -D "$home/postgres/data" -m fast -w stop >/dev/null || true
      fi
      if [ -s "$home/redis/redis.pid" ] && kill -0 "$(cat "$home/redis/redis.pid")" 2>/dev/null; then
        pid=$(cat "$home/redis/redis.pid"); kill "$pid"
        for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
      fi
    done
    rm -f "$ENV_FILE"
    say "stopped"
    ;;
  status) running && say "running" || { say "not running"; exit 1; } ;;
  *) refuse "usage: scripts/services.sh up|down|status" ;;
esac
