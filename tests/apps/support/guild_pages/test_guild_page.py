"""The guild's page shows all that support asks about, as text, in few statements, and to staff alone."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.api.stream_room import DESK, MOST_OF_GUILD, ROOM
from apps.billing.entitlements import Tier
from apps.billing.models import Usage
from apps.billing.selectors import month_of
from apps.billing.services import subscription_grant
from apps.guilds.models import GuildBlock, GuildSettings
from apps.playback.models import Command, PlaybackError, Player, QueueEntry
from apps.support.audit import record
from tests.apps.support.conftest import SignedIn
from tests.apps.support.guild_pages.conftest import GUILD, HOSTILE, NODE, OWNER, Stage, plays, track

PAGE = f"/admin/guilds/{GUILD}/"


def seen(browser: Client, query: str = "") -> str:
    """The page's HTML."""
    answer = browser.get(PAGE + query)
    assert answer.status_code == 200
    return answer.content.decode()


def cut_off(stage: Stage) -> None:
    """Redis is away from now on."""
    stage.redis.connection_pool.connection_kwargs["port"] = 1
    stage.redis.connection_pool.reset()


def test_it_shows_what_plays_where_and_who_serves_it(signed_in: SignedIn, playing_guild: int) -> None:
    page = seen(signed_in("support"))
    for shown in (
        "Ode to Joy",
        "Beethoven",
        "<span data-elapsed>0:3",
        "3:05",
        NODE,
        OWNER,
        "session-1",
        "lease live",
        "(1 listening)",
    ):
        assert shown in page, shown


@pytest.mark.parametrize("asked", ["9" * 5_000, str(2**63), "-1", "0", "٣", "x", ""])
def test_what_is_no_page_of_the_queue_is_its_first_or_last(signed_in: SignedIn, playing_guild: int, asked: str) -> None:
    browser = signed_in("support")
    for path in ("", "live/"):
        assert "Waiting 1" in seen(browser, f"{path}?page={asked}")


def test_a_position_is_told_so_that_the_page_can_move_it(signed_in: SignedIn, playing_guild: int) -> None:
    page = seen(signed_in("support"))
    assert 'data-moves="1"' in page
    Player.objects.filter(guild_id=GUILD).update(paused=True)
    page = seen(signed_in("billing"))
    assert 'data-moves="0"' in page
    assert 'data-position="30000"' in page


def test_a_lease_that_nobody_holds_is_seen(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    stage.redis.delete(*stage.redis.keys("lease:slot:*"))
    assert "no lease" in seen(signed_in("support"))


def test_without_redis_the_page_shows_what_postgresql_knows(
    signed_in: SignedIn, playing_guild: int, stage: Stage
) -> None:
    browser = signed_in("support")
    cut_off(stage)
    page = seen(browser)
    assert "Ode to Joy" in page
    assert "lease unknown" in page


def test_the_queue_has_pages(signed_in: SignedIn, playing_guild: int) -> None:
    QueueEntry.objects.bulk_create(
        QueueEntry(guild_id=GUILD, entry=n, rank=n, track=track(f"Later {n}"), requester_id=1) for n in range(10, 40)
    )
    browser = signed_in("support")
    first, second, last = (seen(browser, query) for query in ("", "?page=2", "?page=99"))
    assert "32 waiting" in first
    assert "Page 1 of 2" in first
    assert "Later 39" not in first
    assert "Later 39" in second
    assert "Later 39" in last


def test_the_last_commands_show_outcome_and_latency(signed_in: SignedIn, playing_guild: int) -> None:
    alice = {"kind": "member", "user_id": 1, "name": "Alice"}
    Command.objects.create(id="1", guild_id=GUILD, kind="skip", actor=alice, outcome={"type": "skipped"}, took_ms=123)
    refused = {"type": "refused", "reason": "nothing_playing"}
    Command.objects.create(id="2", guild_id=GUILD, kind="pause", actor=alice, outcome=refused)
    page = seen(signed_in("support"))
    for shown in ("skipped", "123 ms", "refused: nothing_playing", "Alice"):
        assert shown in page, shown


def test_errors_show_track_and_close_code(signed_in: SignedIn, playing_guild: int) -> None:
    PlaybackError.objects.create(
        guild_id=GUILD, kind="voice_closed", title="Für Elise", detail="session is over", close_code=4006, node=NODE
    )
    page = seen(signed_in("support"))
    for shown in ("voice_closed", "Für Elise", "4006", "session is over"):
        assert shown in page, shown


def test_plan_usage_settings_and_trail_are_shown(signed_in: SignedIn, playing_guild: int) -> None:
    subscription_grant(
        guild_id=GUILD,
        tier=Tier.PREMIUM,
        until=timezone.now() + timedelta(days=30),
        actor="staff:billing-person",
        reason="an apology",
    )
    record(actor="staff:support-person", action="skip", guild_id=GUILD, reason="asked by Alice", before={}, after={})
    Usage.objects.create(guild_id=GUILD, month=month_of(timezone.now()), tracks=1_234)
    GuildSettings.objects.create(guild_id=GUILD, dj_only=True, blocklist={"word": ["spam"]})
    page = seen(signed_in("support"))
    for shown in ("PREMIUM", "an apology", "asked by Alice", "1234 of 100,000", "word: spam"):
        assert shown in page, shown


def test_a_block_is_told_on_top(signed_in: SignedIn, playing_guild: int) -> None:
    GuildBlock.objects.create(guild_id=GUILD, by="support-person", reason="abuse of radio")
    page = seen(signed_in("support"))
    assert "abuse of radio" in page
    assert "Unblock" in page


def test_whatever_members_and_tracks_are_called_is_text(signed_in: SignedIn, db: None, stage: Stage) -> None:
    plays(title=HOSTILE)
    QueueEntry.objects.filter(guild_id=GUILD).update(
        requester_name=HOSTILE,
        track=track(
            HOSTILE, author=HOSTILE, uri="javascript:alert(1)", source=HOSTILE, artwork_url="https://evil.example/"
        ),
    )
    Command.objects.create(
        id="1", guild_id=GUILD, kind=HOSTILE, actor={"kind": "member", "name": HOSTILE}, outcome={"type": HOSTILE}
    )
    PlaybackError.objects.create(guild_id=GUILD, kind=HOSTILE, title=HOSTILE, detail=HOSTILE, node=HOSTILE)
    GuildSettings.objects.create(guild_id=GUILD, blocklist={"word": [HOSTILE]}, language=HOSTILE)
    GuildBlock.objects.create(guild_id=GUILD, by=HOSTILE, reason=HOSTILE)
    record(actor=HOSTILE, action=HOSTILE, guild_id=GUILD, reason=HOSTILE, before={}, after={"track": HOSTILE})
    browser = signed_in("support")
    for page in (
        seen(browser),
        browser.get(f"{PAGE}live/").content.decode(),
        browser.get(f"{PAGE}skip/").content.decode(),
    ):
        assert "<script>alert" not in page
        assert "{{ 14 }}" not in page
        assert "javascript:" not in page.lower()
        assert "evil.example" not in page


def test_no_page_of_it_takes_more_than_fifteen_statements(signed_in: SignedIn, playing_guild: int) -> None:
    browser = signed_in("admin")
    for path in ("", "live/", "skip/", "move/", "block/", "heal/"):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(PAGE + path).status_code == 200
        assert len(asked) <= 15, (path, [query["sql"][:90] for query in asked.captured_queries])


def test_parts_are_the_page_s_own(signed_in: SignedIn, playing_guild: int) -> None:
    browser = signed_in("support")
    parts = browser.get(f"{PAGE}live/?page=1").content.decode()
    for part in ("player", "queue", "commands", "errors"):
        assert f'id="{part}"' in parts
    assert "<html" not in parts


def test_a_guild_that_nobody_knows_has_no_page(signed_in: SignedIn, db: None, stage: Stage) -> None:
    browser = signed_in("support")
    for number in (GUILD, 0, 10**30):
        for path in ("", "live/", "events/", "skip/"):
            assert browser.get(f"/admin/guilds/{number}/{path}").status_code == 404


def test_a_guild_without_a_player_is_silent(signed_in: SignedIn, db: None, stage: Stage) -> None:
    subscription_grant(guild_id=GUILD, tier=Tier.BASIC, until=None, actor="staff:x", reason="")
    assert "Nothing plays." in seen(signed_in("support"))


@pytest.mark.parametrize("path", ["", "live/", "events/", "skip/"])
def test_who_is_not_signed_in_sees_nothing(client: Client, playing_guild: int, path: str) -> None:
    answer = client.get(PAGE + path)
    assert answer.status_code == 302
    assert b"Ode to Joy" not in answer.content


def test_the_stream_refuses_what_is_no_event_of_ours_and_too_many_pages(
    signed_in: SignedIn, playing_guild: int
) -> None:
    browser = signed_in("support")
    assert browser.get(f"{PAGE}events/", headers={"Last-Event-ID": "$"}).status_code == 422
    with ExitStack() as open_pages:
        for _ in range(MOST_OF_GUILD):
            open_pages.enter_context(ROOM.taken(GUILD, DESK))
        assert browser.get(f"{PAGE}events/").status_code == 429


def test_without_redis_the_stream_says_so(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    browser = signed_in("support")
    cut_off(stage)
    assert browser.get(f"{PAGE}events/").status_code == 503
