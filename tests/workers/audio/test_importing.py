"""A long import in the audio worker: recorded part by part, gone on with by the next owner, and shown as it grows."""

from __future__ import annotations

import asyncio

import pytest

from project.wire.messages import Actor, Ended
from project.wire.orders import ImportQueue
from tests.workers.audio.fakes import MemoryStore
from tests.workers.audio.slot_stage import GUILD, Stage, until
from tests.workers.audio.slot_stage import stage as stage
from workers.audio.open_commands import PROGRESS_MS
from workers.player.importing import FIRST_LINES, PART_LINES
from workers.player.outcomes import AddedMany
from workers.player.track import Entry, EntryStatus
from workers.ports import Away, SavedPlayer

LINES = tuple(f"line {number}" for number in range(FIRST_LINES + PART_LINES + 2))
ORDER = ImportQueue(query="list", lines=LINES)
UUID = "0c0fbb9e-7e3c-4f0a-9a43-0f7b0a2d0a11"


def entries(store: MemoryStore) -> dict[int, tuple[Entry, EntryStatus]]:
    """What was saved, as it stands now, in the order in which it came in."""
    return {entry.id: (entry, status) for save, _ in store.log if save for entry, status in save.put}


def titles(store: MemoryStore) -> list[str]:
    """What came in."""
    return [entry.track.title for entry, _ in entries(store).values()]


def kept(store: MemoryStore) -> SavedPlayer:
    """The player as PostgreSQL has it."""
    state = [save.state for save, _ in store.log if save][-1]
    known = entries(store).values()
    (current,) = [entry for entry, status in known if status == "current"]
    return SavedPlayer(state, current, tuple(entry for entry, status in known if status == "queued"), ())


async def test_how_far_it_is_is_said_and_the_end_takes_its_place(stage: Stage) -> None:
    assert await stage.command(ORDER) == "AddedMany"
    assert [(outcome.progress, outcome.command_id) for outcome in stage.outcomes] == [(True, "c1"), (False, "c1")]
    first, last = (outcome.payload["content"] for outcome in stage.outcomes)
    assert f"{FIRST_LINES} of {len(LINES)} lines" in first
    assert f"{len(LINES)} tracks" in last
    assert titles(stage.store) == list(LINES)


async def test_while_it_goes_slowly_every_part_is_said(stage: Stage) -> None:
    stage.finder.hold[LINES[FIRST_LINES]] = asyncio.Event()
    whole = asyncio.create_task(stage.command(ORDER))
    await until(lambda: bool(stage.outcomes))
    stage.now_ms += PROGRESS_MS
    stage.finder.hold[LINES[FIRST_LINES]].set()
    await whole
    assert [outcome.progress for outcome in stage.outcomes] == [True, True, False]


async def test_it_plays_before_all_lines_are_found(stage: Stage) -> None:
    stage.finder.hold[LINES[-1]] = asyncio.Event()
    whole = asyncio.create_task(stage.command(ORDER))
    await until(lambda: bool(stage.started))
    assert stage.started == [LINES[0]]
    assert not whole.done()
    stage.finder.hold[LINES[-1]].set()
    assert await whole == "AddedMany"


async def test_a_program_hears_only_the_end(stage: Stage) -> None:
    actor = Actor(kind="token", user_id=0, voice_channel_id=50)
    await stage.command(ORDER, UUID, actor)
    assert [message.outcome["count"] for message in stage.stream.sent if isinstance(message, Ended)] == [len(LINES)]
    assert stage.outcomes == []


async def test_the_next_owner_goes_on_behind_the_last_part_and_adds_nothing_twice(stage: Stage) -> None:
    stage.finder.hold[LINES[FIRST_LINES]] = asyncio.Event()
    interrupted = asyncio.create_task(stage.command(ORDER))
    await until(lambda: "c1" in stage.store.outcomes)
    await stage.slot.release()
    with pytest.raises(Exception, match="given up"):
        await interrupted

    stage.store.saved[GUILD], stage.store.epoch = kept(stage.store), 0
    heir = Stage(store=stage.store)
    await heir.slot.take("heir")
    await until(lambda: heir.connected)
    assert await heir.command(ORDER) == "AddedMany"
    assert titles(heir.store) == list(LINES)
    ended = heir.store.outcomes["c1"]
    assert isinstance(ended, AddedMany)
    assert (ended.count, ended.asked) == (len(LINES), None)


async def test_while_postgresql_is_away_the_member_hears_what_was_added(stage: Stage) -> None:
    stage.finder.hold[LINES[FIRST_LINES]] = asyncio.Event()
    whole = asyncio.create_task(stage.command(ORDER))
    await until(lambda: "c1" in stage.store.outcomes)
    stage.store.failing = Away("frozen")
    stage.finder.hold[LINES[FIRST_LINES]].set()
    assert await whole == "AddedMany"
    content = stage.outcomes[-1].payload["content"]
    assert f"{FIRST_LINES} tracks" in content
    assert f"{len(LINES) - FIRST_LINES} lines" in content
