"""The minutely look at a slot's own sessions: players of nobody are destroyed and counted, those of guilds stay."""

from __future__ import annotations

from project.wire.messages import MoveVoice
from tests.workers.audio.slot_stage import EPOCH, GUILD, Stage, until
from tests.workers.audio.test_owned_slot import living, playing
from workers.audio.counted import STRAYS

STRAY = GUILD + 1


def destroyed_in_all() -> float:
    (family,) = STRAYS.collect()
    return next(sample.value for sample in family.samples if sample.name == "audio_strays_destroyed_total")


async def test_a_stray_that_appears_later_is_destroyed_counted_and_nobody_else_is() -> None:
    stage = Stage()
    stage.store.saved[GUILD] = playing()
    stage.store.known_sessions[0, "node:2333"] = "old"
    stage.session.living = (living(),)
    await stage.slot.take("test")
    await until(lambda: stage.connected)
    before = destroyed_in_all()
    stage.session.living = (living(), living(guild_id=STRAY))
    await stage.slot.link_of(GUILD).sweep()
    assert [what for what in stage.session.done if what[0] == "destroy"] == [("destroy", STRAY)]
    assert destroyed_in_all() == before + 1


async def test_a_stray_of_a_guild_that_its_former_owner_left_is_left_at_discord_as_well() -> None:
    stage = Stage()
    stage.store.known_sessions[0, "node:2333"] = "old"
    stage.session.living = (living(guild_id=STRAY, rev=7),)
    await stage.slot.take("test")
    await until(lambda: bool(stage.stream.sent))
    assert stage.stream.sent == [MoveVoice(guild_id=STRAY, channel_id=None, rev=7, epoch=EPOCH)]


async def test_a_look_that_finds_none_destroys_none() -> None:
    stage = Stage()
    stage.store.saved[GUILD] = playing()
    stage.session.living = (living(),)
    await stage.slot.take("test")
    await until(lambda: stage.connected)
    before = destroyed_in_all()
    await stage.slot.link_of(GUILD).sweep()
    assert destroyed_in_all() == before
