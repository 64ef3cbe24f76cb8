"""Receives webhooks as an application would, and keeps what came, good or bad."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe

from simulator.control_client import wait_for

SECRET = "whsec_alice"


@dataclass
class Got:
    """One delivery; `problem` is what Stripe's own check says of its signature."""

    event: dict[str, Any]
    problem: str | None

    @property
    def type(self) -> str:
        return str(self.event["type"])


@dataclass
class Receiver:
    """`answers` are the statuses of the next deliveries; afterwards 200."""

    secret: str = SECRET
    answers: list[int] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.got.append(receiver._checked(body, self.headers["Stripe-Signature"]))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Nothing: a test says what went wrong."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/stripe"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def types(self) -> list[str]:
        return [one.type for one in self.got]

    def wait(self, kind: str, times: int = 1) -> list[Got]:
        """The deliveries of events of that type, once there are so many."""

        def look() -> list[Got] | None:
            found = [one for one in self.got if one.type == kind]
            return found if len(found) >= times else None

        found: list[Got] = wait_for(look, f"{times} × {kind}; came {self.types()}", seconds=20)
        return found

    def _checked(self, body: str, signature: str) -> Got:
        event = json.loads(body)
        try:
            stripe.WebhookSignature.verify_header(body, signature, self.secret, 300)
        except stripe.SignatureVerificationError as wrong:
            return Got(event, str(wrong))
        return Got(event, None)
