"""Answers and later words on them, in the order in which a member has to read them."""

from __future__ import annotations

from project.spawned import Spawned
from project.wire.messages import Actor, Command, Outcome, Pause
from tests.workers.audio.fakes import Stream
from tests.workers.audio.slot_stage import GUILD, until
from workers.audio.open_commands import OpenCommands
from workers.audio.speaker import Speaker
from workers.player.effects import Reply
from workers.player.limits import GuildRules
from workers.player.outcomes import Said


async def test_a_later_word_comes_after_the_answer_though_both_are_wanted_at_once() -> None:
    stream = Stream()
    commands = OpenCommands(Speaker(stream), Spawned(), lambda: 0, GuildRules)
    alice = Actor(kind="member", user_id=1)
    commands.add(Command(id="1", guild_id=GUILD, order=Pause(), actor=alice, issued_ms=0))
    commands.reply(GUILD, Reply("1", Said(key="loop.off"), "en"))
    commands.reply(GUILD, Reply("1", Said(key="loop.track"), "en", followup=True))
    await until(lambda: len(stream.sent) == 2)
    assert [one.followup for one in stream.sent if isinstance(one, Outcome)] == [False, True]
