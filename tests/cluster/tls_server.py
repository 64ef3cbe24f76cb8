"""A small HTTPS server in threads of this process, with a certificate of its own making."""

from __future__ import annotations

import json
import logging
import ssl
import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HTTPS = 443
Answer = Callable[[str, str, dict[str, str]], Any]
_log = logging.getLogger(__name__)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up when they have what they want."""
        _log.debug("a connection ended", exc_info=True)


class TlsServer:
    """Answers GETs with what `answer(host, path, query)` gives as JSON; None is a 404."""

    def __init__(self, address: str, certificate: Path, answer: Answer) -> None:
        """`certificate` as made by make_certificate; the port is 443 of `address`."""
        self._server = _Server((address, HTTPS), _handler(answer))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        # The handshake is each connection's own: one that says nothing holds up nobody.
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Nothing listens any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def make_certificate(path: Path, names: list[str]) -> None:
    """A certificate for `names` that is its own authority, with its key beside it."""
    alternatives = ",".join(f"DNS:{name}" for name in names)
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", f"/CN={names[0]}", "-addext", f"subjectAltName={alternatives}"]
    command += ["-keyout", str(path.with_suffix(".key")), "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    path.chmod(0o644)


def _handler(answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 30
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Named by http.server."""
            where = urlsplit(self.path)
            query = dict(parse_qsl(where.query))
            found = answer(self.headers.get("Host", "").partition(":")[0], where.path, query)
            body = json.dumps({"message": "not found"} if found is None else found).encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            """Nobody reads it."""

    return Handler
