"""A Discord that answers OAuth2 as a test has said."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
import redis

from apps.accounts import discord_login
from apps.accounts.discord_brake import Brake
from apps.accounts.discord_login import MANAGE_GUILD
from project import settings


class Discord(BaseHTTPRequestHandler):
    """Answers by path, as a test has said."""

    answers: ClassVar[dict[str, tuple[int, Any]]] = {}
    wait: ClassVar[str | None] = None
    """Retry-After of every answer."""
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:  # the library's name
        self.asked.append(self.path)
        status, body = self.answers[self.path]
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        if self.wait is not None:
            self.send_header("Retry-After", self.wait)
        self.end_headers()
        self.wfile.write(raw)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def discord(monkeypatch: pytest.MonkeyPatch, redis_url: str) -> Iterator[dict[str, tuple[int, Any]]]:
    """What it answers; a test changes it. Nobody has signed in before."""
    store = redis.Redis.from_url(redis_url, decode_responses=True)
    monkeypatch.setattr(discord_login, "brake", Brake(store))
    server = HTTPServer(("127.0.0.1", 0), Discord)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setattr(settings, "DISCORD_API_URL", f"http://127.0.0.1:{server.server_port}")
    guilds = [
        {"id": "7", "name": "Owned", "owner": True, "permissions": "0"},
        {"id": "8", "name": "Managed", "owner": False, "permissions": str(MANAGE_GUILD)},
        {"id": "9", "name": "Visited", "owner": False, "permissions": "1024"},
    ]
    Discord.answers = {
        "/oauth2/token": (200, {"access_token": "t"}),
        "/users/@me": (200, {"id": "1", "username": "alice", "global_name": "Alice"}),
        "/users/@me/guilds": (200, guilds),
        "/oauth2/token/revoke": (200, {}),
    }
    Discord.asked, Discord.wait = [], None
    yield Discord.answers
    store.close()
    server.shutdown()
    thread.join()
    server.server_close()
