"""Commands with a file, from a message's menu, and those that the gateway answers by itself, over real sockets."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sentences import FILE_TOO_LARGE, NOTHING_TO_IMPORT, Text
from project.wire.messages import Play, Skip
from project.wire.orders import ImportQueue
from tests.bot.sandbox import AudioEnd, Town

pytestmark = pytest.mark.usefixtures("gateway")


def with_file(content: str) -> dict[str, Any]:
    """Options and upload of a command with a file."""
    upload = {"name": "list.txt", "filename": "list.txt", "content": content}
    return {"options": {"file": "list.txt"}, "attachments": [upload]}


async def test_a_file_travels_as_the_lines_in_it_and_its_address_does_not(town: Town, audio: AudioEnd) -> None:
    await town.type("queue-import", **with_file("One\n# remark\r\n\r\nTwo\n"))
    command = await audio.command()
    assert command.order == ImportQueue(query="One", lines=("One", "Two"))


@pytest.mark.parametrize(("content", "sentence"), [("# remark", NOTHING_TO_IMPORT), ("x" * 300_000, FILE_TOO_LARGE)])
async def test_a_file_that_is_no_use_is_refused_and_nothing_is_published(
    town: Town, audio: AudioEnd, content: str, sentence: Text
) -> None:
    seen = await town.answered(await town.type("queue-import", **with_file(content)))
    assert (seen["content"], seen["ephemeral"]) == (sentence.en, True)
    assert await audio.waiting() == 0
    await town.type("skip")
    assert (await audio.command()).order == Skip(), "the session goes on behind it"


async def test_a_message_is_played_from_its_menu(town: Town, audio: AudioEnd) -> None:
    said = {"channel_id": str(town.cast.general), "user_id": str(town.cast.bob)}
    posted = await town.ask("POST", "/messages", **said, content="this: https://music.example/one, twice")
    await town.use("Play this", posted["message_id"])
    assert (await audio.command()).order == Play(query="https://music.example/one")


async def test_help_needs_nobody_else(town: Town, audio: AudioEnd) -> None:
    asked = await town.type("help", options={"command": "skip"})
    seen = await town.sees(asked, lambda shown: bool(shown["embeds"]))
    assert seen["ephemeral"]
    assert "Skip the current track" in seen["embeds"][0]["description"]
    assert await audio.waiting() == 0
