#!/bin/sh
# Alive: Redis answers, or start.sh waits for a damaged file to be repaired. A server that still loads answers too.
[ -e "${TMPDIR:-/tmp}/aof-damaged" ] || redis-cli "$@" ping | grep -q -e PONG -e LOADING
