#!/bin/bash
# Whether the node answers REST, on which an httpGet probe could not call: its routes want the password. `live` takes a
# refusal, too, which comes from the same threads; a password that was rotated must not end nodes that play. `ready`
# wants the Secret's password to be the node's. Both give it, as Lavalink warns of each request without.
case $1 in
  live) wanted='^HTTP/1\.[01] (200|401|403)' ;;
  ready) wanted='^4\.' ;;
  *) echo "well.sh: live or ready" >&2; exit 2 ;;
esac
exec 3<>"/dev/tcp/127.0.0.1/${2:-2333}" || exit 1
printf 'GET /version HTTP/1.0\r\nAuthorization: %s\r\n\r\n' "$(cat "${LAVALINK_PASSWORD_FILE:?}")" >&3
grep -Eq "$wanted" <&3
