#!/usr/bin/env bash
# Makes .venv from the pinned requirements; on Debian/Ubuntu as root it installs a missing Python itself.
set -euo pipefail
cd "$(dirname "$0")/.."
want=requirements/dev.txt
stamp=.venv/.requirements.sha256
have=$(sha256sum "$want" 2>/dev/null || shasum -a 256 "$want")
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$have" ] && exit 0

usable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
find_python() {
  for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null && usable "$candidate"; then
      echo "$candidate"; return 0
    fi
  done
  return 1
}
if ! python=$(find_python); then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "bootstrap: installing python3 and python3-venv"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
    python=$(find_python) || { echo "bootstrap: this system's python3 is older than 3.11" >&2; exit 2; }
  else
    echo "bootstrap: Python 3.11 or newer with venv is missing. Run: sudo apt-get install -y python3 python3-venv" >&2
    exit 2
  fi
fi
echo "bootstrap: installing requirements into .venv"
[ -x .venv/bin/python ] && usable .venv/bin/python || { rm -rf .venv; "$python" -m venv .venv; }
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$want"
echo "$have" > "$stamp"
