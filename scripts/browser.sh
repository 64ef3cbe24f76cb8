#!/usr/bin/env bash
# Makes sure that there is a Chromium for the tests of the console (CHROMIUM names one that is elsewhere).
set -euo pipefail
[ -z "${CHROMIUM:-}" ] || [ ! -x "$CHROMIUM" ] || exit 0
for name in chromium chromium-browser google-chrome-stable google-chrome; do
  ! command -v "$name" >/dev/null || exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "browser: installing chromium"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-color-emoji >/dev/null
else
  echo "browser: no Chromium. Run: sudo apt-get install -y chromium (or set CHROMIUM to one)" >&2
  exit 2
fi
