"""The API server as a kubelet uses it: one connection per thread, JSON in and out."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from typing import Any
from urllib.parse import urlsplit

Object = dict[str, Any]
_MERGE = "application/strategic-merge-patch+json"
_NOT_FOUND = 404


class ApiRefused(Exception):
    """The API server answered with an error; the message is its own."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class Api:
    """Requests with the administrator's token."""

    def __init__(self, url: str, token: str, trust: ssl.SSLContext) -> None:
        self._where = urlsplit(url)
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._trust = trust
        self._mine = threading.local()

    def says_ready(self) -> bool:
        """Whether the server does; raises OSError or HTTPException when it does not answer."""
        connection = self._connection()
        connection.request("GET", "/readyz", headers=self._headers)
        return connection.getresponse().status == http.client.OK

    def close(self) -> None:
        """This thread's connection."""
        self._connection().close()

    def get(self, path: str) -> Object:
        """Raises ApiRefused, OSError or HTTPException, as all of these do."""
        return self._request("GET", path)

    def items(self, path: str) -> list[Object]:
        """A list's."""
        found: list[Object] = self.get(path)["items"]
        return found

    def patch_status(self, path: str, status: Object) -> None:
        """Merge into an object's status; nothing happens if the object is gone."""
        self._unless_gone("PATCH", f"{path}/status", {"status": status}, _MERGE)

    def delete_now(self, path: str, uid: str) -> None:
        """Remove exactly this object, without grace; nothing happens if it is gone."""
        body = {"gracePeriodSeconds": 0, "preconditions": {"uid": uid}}
        self._unless_gone("DELETE", path, body, "application/json")

    def _unless_gone(self, method: str, path: str, body: Object, kind: str) -> None:
        try:
            self._request(method, path, body, kind)
        except ApiRefused as error:
            if error.status != _NOT_FOUND:
                raise

    def _request(self, method: str, path: str, body: Object | None = None, kind: str = "") -> Object:
        payload = None if body is None else json.dumps(body)
        headers = {**self._headers, **({"Content-Type": kind} if kind else {})}
        try:
            status, text = self._send(method, path, payload, headers)
        except (OSError, http.client.HTTPException):  # the server hangs up on a connection that was idle for 90 s
            status, text = self._send(method, path, payload, headers)
        found: Object = json.loads(text)
        if status >= http.client.BAD_REQUEST:
            raise ApiRefused(status, str(found.get("message", text)))
        return found

    def _send(self, method: str, path: str, payload: str | None, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = self._connection()
        try:
            connection.request(method, path, payload, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            raise

    def _connection(self) -> http.client.HTTPSConnection:
        if not hasattr(self._mine, "connection"):
            host, port = self._where.hostname or "", self._where.port
            self._mine.connection = http.client.HTTPSConnection(host, port, context=self._trust, timeout=10)
        connection: http.client.HTTPSConnection = self._mine.connection
        return connection
