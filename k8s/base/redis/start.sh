#!/bin/sh
# Runs redis-server; when it ends because its append-only file is damaged, waits for the repair instead of crash-looping,
# so that `kubectl exec … redis-check-aof --fix /data/appendonly.aof` has a container to run in.
# More arguments go to redis-server (--port).
set -u
data=${DATA:-/data}
aof=$data/appendonly.aof
damaged=${TMPDIR:-/tmp}/aof-damaged
check=${CHECK_AOF:-/usr/local/bin/redis-check-aof}
ending=
end() { ending=1; kill -TERM "$server" 2>/dev/null; }

whole() { [ ! -s "$aof" ] || "$check" "$aof" >/dev/null 2>&1 </dev/null; }

trap end TERM INT
cd "$data" || exit
ln -sfn appendonly.aof.manifest "$aof"
while [ -z "$ending" ]; do
  rm -f "$damaged"
  redis-server "${CONF:-/etc/redis/redis.conf}" "$@" &
  server=$!
  wait "$server"
  code=$?
  [ -z "$ending" ] || { wait "$server"; exit; }
  whole && exit "$code"
  echo "The append-only file is damaged. Run: redis-check-aof --fix /data/appendonly.aof"
  touch "$damaged"
  until whole; do
    sleep 2 &
    server=$!
    wait "$server"
    [ -z "$ending" ] || exit 0
  done
done
