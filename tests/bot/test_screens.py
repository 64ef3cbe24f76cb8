"""The guild's one player message, as its members see it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import redis.asyncio

from project.wire import keys
from project.wire.messages import RemoveScreen, Screen, ScreenGone, ScreenPosted
from simulator.world.guilds import Overwrite
from simulator.world.permissions import Permission
from tests.bot.sandbox import AudioEnd, Town, connected, deployment, eventually, running


class Wall:
    """The general channel, where the player message lives, and the worker that writes it."""

    def __init__(self, town: Town, audio: AudioEnd) -> None:
        self.town, self.audio = town, audio
        self.channel = town.cast.general
        self.rev = 0

    async def show(self, content: str, message_id: int | None = None, **how: Any) -> None:
        """The next revision of the player message."""
        self.rev += 1
        await self.audio.say(self.screen(content, message_id, **{"rev": self.rev, **how}))

    def screen(self, content: str, message_id: int | None = None, **how: Any) -> Screen:
        """A revision of the player message."""
        nonce = how.pop("nonce", f"screen-{how['rev']}")
        return Screen(
            guild_id=self.town.cast.guild,
            channel_id=how.pop("channel_id", self.channel),
            message_id=message_id,
            payload=how.pop("payload", {"content": content}),
            nonce=nonce,
            **how,
        )

    async def chat(self, content: str) -> None:
        """Alice writes something."""
        await self.town.ask(
            "POST", "/messages", channel_id=str(self.channel), user_id=str(self.town.cast.alice), content=content
        )

    async def messages(self, channel_id: int | None = None) -> list[tuple[str, int]]:
        """What stands there, newest first, with ids."""
        shown = await self.town.ask("GET", f"/messages/{channel_id or self.channel}")
        return [(message["content"], int(message["id"])) for message in shown]

    async def reads(self, *contents: str) -> list[int]:
        """Wait until the channel reads so, newest first, and nothing is left to do; the ids."""

        async def look() -> list[int] | None:
            found = await self.messages()
            done = await self.audio.unread() == 0 and await self.audio.unseen() == 0
            return [identity for _, identity in found] if done and [c for c, _ in found] == list(contents) else None

        return await eventually(look)

    async def posted(self) -> ScreenPosted:
        """What the worker is told of a new message."""
        return await self.audio.event(ScreenPosted)

    def asked(self, method: str) -> list[str]:
        """What Discord was asked with that method about channels and their messages."""
        return [
            request["path"]
            for request in self.town.site.rest.log.all()
            if request["method"] == method and "/channels/" in request["path"]
        ]

    def deny(self, permission: Permission) -> None:
        """The bot may not do that in the channel any more."""
        bot = str(self.town.cast.bot)
        self.town.site.guild.channels[str(self.channel)].overwrites[bot] = Overwrite(bot, 1, 0, int(permission))

    def allow(self) -> None:
        """It may do everything again."""
        self.town.site.guild.channels[str(self.channel)].overwrites.clear()


@pytest.fixture
def wall(town: Town, audio: AudioEnd) -> Wall:
    """The channel."""
    return Wall(town, audio)


@pytest.mark.usefixtures("gateway")
async def test_it_is_posted_once_and_then_edited_though_the_worker_has_not_heard_of_it_yet(wall: Wall) -> None:
    await wall.show("one")
    (message_id,) = await wall.reads("one")
    await wall.show("two")
    assert await wall.reads("two") == [message_id]
    posted = await wall.posted()
    assert (posted.channel_id, posted.message_id, posted.rev) == (wall.channel, message_id, 1)
    await wall.show("three", message_id)
    assert await wall.reads("three") == [message_id]
    assert wall.asked("GET") == []


@pytest.mark.usefixtures("gateway")
async def test_a_deleted_one_is_posted_anew_on_the_next_change(wall: Wall) -> None:
    await wall.show("one")
    first = await wall.posted()
    await wall.town.ask("DELETE", f"/messages/{first.message_id}")
    await wall.show("two", first.message_id)
    (second,) = await wall.reads("two")
    posted = await wall.posted()
    assert (posted.message_id, posted.rev) == (second, 2)
    await wall.show("three", first.message_id)
    assert await wall.reads("three") == [second], "the worker names the deleted one still"


@pytest.mark.usefixtures("gateway")
async def test_a_deleted_one_comes_back_though_nothing_has_changed_and_the_nonce_is_the_same(wall: Wall) -> None:
    await wall.show("one", rev=5)
    first = await wall.posted()
    await wall.town.ask("DELETE", f"/messages/{first.message_id}")
    await wall.show("one", first.message_id, rev=5)
    (second,) = await wall.reads("one")
    assert second == (await wall.posted()).message_id != first.message_id


@pytest.mark.usefixtures("gateway")
async def test_a_new_track_posts_it_anew_where_chat_has_buried_it(wall: Wall) -> None:
    await wall.show("one")
    first = await wall.posted()
    await wall.chat("hello")
    await wall.show("louder", first.message_id)
    await wall.reads("hello", "louder")
    await wall.show("next track", first.message_id, fresh=True)
    second, _ = await wall.reads("next track", "hello")
    assert (await wall.posted()).message_id == second
    await wall.show("another track", second, fresh=True)
    assert (await wall.reads("another track", "hello"))[0] == second
    assert wall.asked("GET") == [f"/api/v10/channels/{wall.channel}"] * 2, "asked once per track"


@pytest.mark.usefixtures("gateway")
async def test_of_many_changes_only_the_newest_is_shown(wall: Wall) -> None:
    await wall.show("0")
    await wall.reads("0")
    await wall.chat("hello")
    await wall.show("1", fresh=True)
    for number in range(2, 40):
        await wall.show(str(number))
    await wall.reads("39", "hello")
    assert len(wall.asked("PATCH")) + len(wall.asked("POST")) <= 5


@pytest.mark.usefixtures("gateway")
async def test_it_goes_on_changing_while_changes_keep_coming(wall: Wall) -> None:
    for change in range(60):
        await wall.show(f"change {change}")
        await asyncio.sleep(0.2)
        if len(wall.asked("PATCH")) >= 4:
            return
    pytest.fail("changes that came faster than they may be shown kept all of them from being shown")


@pytest.mark.usefixtures("gateway")
async def test_an_older_revision_does_not_replace_a_newer_one_that_waits(wall: Wall) -> None:
    await wall.town.ask("POST", "/faults", target="rest", kind="status", status=503, path="/messages", count=1)
    await wall.show("newest", rev=7)
    await wall.show("stale", rev=5, fresh=True)
    await wall.reads("newest")


@pytest.mark.usefixtures("gateway")
async def test_what_discord_could_not_take_is_tried_again_with_the_newest(wall: Wall) -> None:
    await wall.show("one")
    await wall.reads("one")
    await wall.town.ask("POST", "/faults", target="rest", kind="status", status=500, path="/messages", count=2)
    await wall.show("two")
    await wall.show("three")
    await wall.reads("three")


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("permission", [Permission.SEND_MESSAGES, Permission.VIEW_CHANNEL])
async def test_the_worker_hears_what_the_bot_may_not_do_there(wall: Wall, permission: Permission) -> None:
    wall.deny(permission)
    await wall.show("one")
    gone = await wall.audio.event(ScreenGone)
    name = str(permission.name).lower()
    assert (gone.channel_id, gone.reason, gone.missing) == (wall.channel, "forbidden", (name,))
    await wall.reads()


CARD = {"content": "", "embeds": [{"title": "Song"}]}
BUTTONS = [{"type": 1, "components": [{"type": 2, "style": 2, "label": "Add", "custom_id": "segue:add:1"}]}]


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("buttons", [[], BUTTONS], ids=["refused", "without its embeds"])
@pytest.mark.parametrize("posted", [False, True], ids=["new", "edited"])
async def test_a_message_that_may_have_no_embeds_goes_and_the_worker_hears_why(
    wall: Wall, buttons: list[Any], posted: bool
) -> None:
    message_id = None
    if posted:
        await wall.show("", payload=CARD)
        message_id = (await wall.posted()).message_id
    wall.deny(Permission.EMBED_LINKS)
    await wall.show("", message_id, payload={**CARD, "components": buttons})
    gone = await wall.audio.event(ScreenGone)
    assert (gone.reason, gone.missing) == ("forbidden", ("embed_links",))
    assert await wall.messages() == [] or not buttons
    wall.allow()
    await wall.show("", message_id, payload=CARD)
    if buttons or not posted:
        assert (await wall.posted()).message_id != message_id


@pytest.mark.usefixtures("gateway")
async def test_the_worker_hears_that_the_channel_is_gone(wall: Wall) -> None:
    await wall.show("one")
    first = await wall.posted()
    await wall.town.ask("DELETE", f"/channels/{wall.channel}")
    await wall.show("two", first.message_id)
    gone = await wall.audio.event(ScreenGone)
    assert (gone.channel_id, gone.reason) == (wall.channel, "unknown_channel")


@pytest.mark.usefixtures("gateway")
async def test_a_removed_one_is_gone_and_the_next_is_a_new_one(wall: Wall) -> None:
    await wall.show("one")
    first = await wall.posted()
    removal = RemoveScreen(guild_id=wall.town.cast.guild, channel_id=wall.channel, message_id=first.message_id)
    await wall.audio.say(removal)
    await wall.reads()
    await wall.audio.say(removal)
    await wall.show("two")
    (second,) = await wall.reads("two")
    assert second != first.message_id


@pytest.mark.usefixtures("gateway")
async def test_it_moves_to_another_channel_and_is_in_one_only(wall: Wall) -> None:
    channel = await wall.town.ask("POST", "/channels", guild_id=str(wall.town.cast.guild), name="player", type="text")
    await wall.show("one")
    first = await wall.posted()
    await wall.show("two", channel_id=int(channel["id"]))
    assert (await wall.posted()).channel_id == int(channel["id"])
    await wall.audio.say(
        RemoveScreen(guild_id=wall.town.cast.guild, channel_id=wall.channel, message_id=first.message_id)
    )
    await wall.reads()
    assert [content for content, _ in await wall.messages(int(channel["id"]))] == ["two"]


async def test_a_new_process_goes_on_with_the_message_of_the_former_one(wall: Wall, redis_url: str) -> None:
    where = deployment(wall.town.site, redis_url)
    async with running(where):
        await connected(wall.town.site)
        await wall.show("one")
        (message_id,) = await wall.reads("one")
    async with running(where):
        await wall.show("two")
        assert await wall.reads("two") == [message_id]


async def test_what_a_former_process_posted_without_saying_so_is_not_posted_twice(
    wall: Wall, store: redis.asyncio.Redis, redis_url: str
) -> None:
    where, stream = deployment(wall.town.site, redis_url), keys.shard_out(0)
    async with running(where):
        await connected(wall.town.site)
        await wall.show("one", nonce="same")
        (message_id,) = await wall.reads("one")
    await store.delete(keys.screen_place(wall.town.cast.guild))
    await wall.show("one", nonce="same", rev=1)
    await store.xreadgroup(keys.OUT_GROUP, "gateway", {stream: ">"})
    async with running(where):
        assert await wall.reads("one") == [message_id]
    told = [(await wall.posted()).message_id]
    assert told == [message_id]


@pytest.mark.usefixtures("gateway")
async def test_answers_do_not_wait_for_player_messages_that_hang(wall: Wall) -> None:
    await wall.town.ask("POST", "/faults", target="rest", kind="delay", ms=600_000, path="/messages")
    await wall.show("one")
    await eventually(lambda: is_asked(wall))
    interaction = await wall.town.type("pause")
    await wall.audio.answer((await wall.audio.command()).id, "Paused.")
    assert (await wall.town.answered(interaction))["content"] == "Paused."
    await wall.town.ask("DELETE", "/faults")


@pytest.mark.usefixtures("gateway")
async def test_answers_go_first(wall: Wall) -> None:
    """The answer is slow: the player message waits for it, and so stands below it."""
    interaction = await wall.town.type("skip")
    command = await wall.audio.command()
    await wall.town.ask("POST", "/faults", target="rest", kind="delay", ms=300, path="/callback")
    await wall.audio.answer(command.id, "Skipped.")
    await wall.show("player")
    await wall.town.answered(interaction)
    await wall.reads("player", "Skipped.")


async def is_asked(wall: Wall) -> bool:
    """Whether the player message is on its way."""
    await asyncio.sleep(0.1)
    return await wall.audio.unread() == 1
