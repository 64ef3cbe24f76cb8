"""Of each guild the newest troubles stay in PostgreSQL, and those of others are left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from apps.playback.live import ERRORS_KEPT, errors_recent
from apps.playback.models import PlaybackError
from workers.adapters.player_store import PostgresPlayerStore
from workers.adapters.trouble_book import KEPT, PostgresTroubleBook
from workers.staff_ports import Trouble

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

GUILD, OTHER = 3 << 22, 4 << 22


def trouble(number: int, guild_id: int = GUILD, **changes: str) -> Trouble:
    told = {"detail": f"no. {number}", "title": "One", **changes}
    return Trouble(guild_id, 1_700_000_000_000 + number, "voice closed", uri=None, close_code=4006, node="n:1", **told)


@pytest.fixture
async def book() -> AsyncIterator[PostgresTroubleBook]:
    options = connection.settings_dict
    url = f"postgresql://{options['USER']}:{options['PASSWORD']}@{options['HOST']}:{options['PORT']}/{options['NAME']}"
    store = PostgresPlayerStore(url)
    await store.open()
    yield PostgresTroubleBook(store.rows)
    await store.close()


def kept(guild_id: int = GUILD) -> list[str]:
    return [error.detail for error in errors_recent(guild_id)]


async def test_support_reads_what_was_kept_newest_first(book: PostgresTroubleBook) -> None:
    await book.keep([trouble(1), trouble(2)])
    newest, oldest = await sync_to_async(errors_recent)(GUILD)
    assert (newest.detail, oldest.detail) == ("no. 2", "no. 1")
    assert (newest.kind, newest.close_code, newest.title, newest.node) == ("voice closed", 4006, "One", "n:1")
    assert int(newest.at.timestamp()) == 1_700_000_000


async def test_no_more_than_the_newest_of_each_guild_stay(book: PostgresTroubleBook) -> None:
    assert KEPT == ERRORS_KEPT
    await book.keep([trouble(0, OTHER)])
    await book.keep([trouble(number) for number in range(1, 16)])
    await book.keep([trouble(number) for number in range(16, 26)])
    assert await PlaybackError.objects.filter(guild_id=GUILD).acount() == KEPT
    assert await sync_to_async(kept)() == [f"no. {number}" for number in range(25, 5, -1)]
    await book.keep([trouble(number) for number in range(26, 126)])
    assert await sync_to_async(kept)() == [f"no. {number}" for number in range(125, 105, -1)]
    assert await PlaybackError.objects.filter(guild_id=GUILD).acount() == KEPT
    assert await sync_to_async(kept)(OTHER) == ["no. 0"]


async def test_hostile_text_is_kept_short(book: PostgresTroubleBook) -> None:
    await book.keep([trouble(1, title="\x00" + "x" * 10_000, detail="'); DROP TABLE players; --")])
    (error,) = await sync_to_async(errors_recent)(GUILD)
    assert error.title == "x" * 500
    assert error.detail == "'); DROP TABLE players; --"
