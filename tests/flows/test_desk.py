"""Staff sign in with Discord at a running api, and cancel at Stripe what a guild pays; no secret of it is in a log."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg
import pytest

from simulator.control_client import ControlClient, wait_for
from simulator.stack import Stack
from tests.flows.conftest import ROOT, Room
from tests.flows.test_billing import pay, row

WHY = "Ticket 12: asked to cancel"


class Desk:
    """A browser without windows: it keeps cookies and sends forms."""

    def __init__(self, stack: Stack) -> None:
        self.base = f"http://127.0.0.1:{stack.ports['api']}"
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def read(self, address: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """Where one ends, and the page there."""
        data = None if form is None else urlencode(form).encode()
        where = address if address.startswith("http") else self.base + address
        request = urllib.request.Request(where, data, {"Origin": self.base} if form else {})  # noqa: S310 # ours
        with self._opener.open(request, timeout=20) as answer:
            return str(answer.url), answer.read().decode()

    def send(self, page: str, form: dict[str, str]) -> str:
        """A form of the page, with its token; the page that follows."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.read(page)[1])
        assert token
        return self.read(page, {**form, "csrfmiddlewaretoken": token[1]})[1]

    def sign_in(self, user_id: str) -> str:
        """To Discord, where the person agrees, and back; where that ends."""
        asked, _ = self.read("/admin/login/discord/")
        place = urlsplit(asked)
        form = {**dict(parse_qsl(place.query)), "user_id": user_id, "agreed": "yes"}
        return self.read(f"{place.scheme}://{place.netloc}{place.path}", form)[0]


@pytest.fixture
def database(flow_database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(flow_database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def desk(stack: Stack, room: Room) -> Desk:
    """Bob of this guild does billing, and has signed in."""
    command = [sys.executable, "manage.py", "staff", f"bob-{room.guild_id}", "--role", "billing"]
    environment = stack.environment()
    subprocess.run([*command, "--discord", room.members["Bob"]], cwd=ROOT, env=environment, check=True)
    made = Desk(stack)
    assert made.sign_in(room.members["Bob"]) == f"{made.base}/admin/"
    return made


def test_a_plan_that_was_paid_is_cancelled_and_the_log_says_by_whom(
    desk: Desk, room: Room, control: ControlClient, database: psycopg.Connection[Any]
) -> None:
    pay(control, room)
    wait_for(lambda: row(database, room) == ("PREMIUM", "ACTIVE", "stripe"), "the paid plan", seconds=10)
    page = f"/admin/subscriptions/{room.guild_id}"
    asked = {"reason": WHY, "once": str(uuid.uuid4())}
    assert "Stripe has cancelled it" in desk.send(f"{page}/cancel/", asked)
    assert "It ends with its period already." in desk.read(f"{page}/cancel/")[1]
    assert row(database, room) == ("PREMIUM", "ACTIVE", "stripe"), "until the period ends"
    assert "Stripe has cancelled it" in desk.send(f"{page}/cancel-now/", {**asked, "once": str(uuid.uuid4())})
    wait_for(lambda: (row(database, room) or "")[1:2] == ("CANCELED",), "the end of the plan", seconds=10)
    (mine,) = [
        one for one in control.get("/stripe/objects/subscription") if one["metadata"]["guild_id"] == room.guild_id
    ]
    assert mine["status"] == "canceled"
    log = desk.read(f"/admin/support/auditline/?q={room.guild_id}")[1]
    assert log.count(WHY) == 2
    assert f"staff:bob-{room.guild_id}" in log


def test_who_is_none_of_staff_is_turned_away(stack: Stack, room: Room) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        Desk(stack).sign_in(room.members["Charlie"])


def test_no_code_of_a_sign_in_is_in_a_log(stack: Stack, desk: Desk) -> None:
    desk.read("/admin/")
    words = "".join(service.log_path.read_text(encoding="utf-8") for service in stack.services.values())
    assert not re.search(r"[?&](code|state)=", words)
