#!/bin/bash
# Whether the node answers REST: its routes want the password, which an httpGet probe could not take from a Secret.
exec 3<>"/dev/tcp/127.0.0.1/${1:-2333}" || exit 1
printf 'GET /version HTTP/1.0\r\nAuthorization: %s\r\n\r\n' "$(cat "${LAVALINK_PASSWORD_FILE:?}")" >&3
grep -q '^4\.' <&3
