"""Slots and nodes on one page, and a node that is drained with a word why."""

from __future__ import annotations

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.playback.models import NodeDrain, Slot
from apps.support.models import AuditEntry
from tests.apps.support.conftest import SignedIn
from tests.apps.support.guild_pages.conftest import NODE, OTHER_NODE, OWNER, Stage

PAGE = "/admin/slots-and-nodes/"


def confirm(browser: Client, path: str) -> str:
    """Confirm what a page asks; what is seen then."""
    asked = browser.get(PAGE + path).content.decode()
    (once,) = re.findall(r'name="once" value="([^"]+)"', asked)
    return browser.post(PAGE + path, {"once": once, "reason": "new machine"}, follow=True).content.decode()


def test_it_shows_owners_and_loads(signed_in: SignedIn, playing_guild: int) -> None:
    page = signed_in("support").get(PAGE).content.decode()
    for shown in (OWNER, NODE, OTHER_NODE, "25 %", "4.2.2", "of 4 cores", "in use"):
        assert shown in page, shown
    for slot in Slot.objects.values_list("slot", flat=True):
        assert f'<th scope="row">{slot}</th>' in page


def test_its_tables_can_be_had_alone_in_few_statements(signed_in: SignedIn, playing_guild: int) -> None:
    browser = signed_in("support")
    for path in ("", "live/"):
        with CaptureQueriesContext(connection) as asked:
            assert NODE in browser.get(PAGE + path).content.decode()
        assert len(asked) <= 15


def test_a_node_is_drained_and_used_again(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    browser = signed_in("support")
    assert "being drained" in confirm(browser, f"{NODE}/drain/")
    drain = NodeDrain.objects.get()
    assert (drain.node, drain.by, drain.reason) == (NODE, "support-person", "new machine")
    assert "draining" in browser.get(PAGE).content.decode()
    assert "is used again" in confirm(browser, f"{NODE}/undrain/")
    assert not NodeDrain.objects.exists()
    actions = AuditEntry.objects.filter(action__endswith="node").order_by("id")
    assert list(actions.values_list("action", "reason")) == [
        ("drain node", "new machine"),
        ("undrain node", "new machine"),
    ]


def test_the_last_node_is_drained_with_a_warning(signed_in: SignedIn, playing_guild: int) -> None:
    NodeDrain.objects.create(node=OTHER_NODE, by="x")
    browser = signed_in("support")
    assert "There is no other node" in browser.get(f"{PAGE}{NODE}/drain/").content.decode()
    assert "its guilds stay until there is one" in confirm(browser, f"{NODE}/drain/")


def test_what_is_no_node_cannot_be_drained(signed_in: SignedIn, playing_guild: int) -> None:
    browser = signed_in("support")
    assert "There is no node evil:1." in browser.get(f"{PAGE}evil:1/drain/").content.decode()
    for path in ("evil:1/drain/", "evil:1/undrain/", "%00/drain/", "%00/undrain/"):
        answer = browser.post(PAGE + path, {"once": "6f0d6c40-5a0f-4a5c-9c41-0f7d3f9b0a11", "reason": "x"})
        assert answer.status_code == 302
    assert not NodeDrain.objects.exists()


def test_without_redis_it_shows_what_postgresql_knows(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    browser = signed_in("support")
    stage.redis.connection_pool.connection_kwargs["port"] = 1
    stage.redis.connection_pool.reset()
    page = browser.get(PAGE).content.decode()
    assert OWNER in page
    assert "unknown" in page


def test_who_is_not_signed_in_sees_nothing(client: Client, playing_guild: int) -> None:
    for path in ("", "live/", f"{NODE}/drain/"):
        assert client.get(PAGE + path).status_code == 302
