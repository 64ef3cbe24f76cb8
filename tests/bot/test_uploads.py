"""Text files that come with an answer, as the member gets them from Discord."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from project.wire.messages import Outcome, TextFile
from tests.bot.sandbox import AudioEnd, Town, eventually

LONG = "https://music.example/ñ\n" * 5_000


async def attached(town: Town) -> list[tuple[str, str]]:
    """Name and text of the files at the newest message in the channel."""

    async def look() -> list[dict[str, Any]] | None:
        shown = await town.ask("GET", f"/messages/{town.cast.general}?ephemeral=1")
        return shown[0]["attachments"] if shown and shown[0]["attachments"] else None

    async with aiohttp.ClientSession() as http:
        files = await eventually(look)
        return [(file["filename"], await (await http.get(file["url"])).text()) for file in files]


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("slow", [False, True], ids=["first response", "after the deferral"])
async def test_an_answer_brings_its_file_along_once(town: Town, audio: AudioEnd, slow: bool) -> None:
    asked = await town.type("queue-export")
    command = await audio.command()
    if slow:
        await town.sees(asked, lambda seen: seen["callback_type"] == 5)
    answer = Outcome(
        command_id=command.id,
        guild_id=town.cast.guild,
        payload={"content": "5000 tracks."},
        files=(TextFile(name="queue.txt", text=LONG),),
    )
    await audio.say(answer)
    await audio.say(answer)
    await town.sees(asked, lambda seen: len(seen["edits"]) == (2 if slow else 1))
    assert await attached(town) == [("queue.txt", LONG)]
    assert (await town.shown(asked))["content"] == "5000 tracks."


@pytest.mark.usefixtures("gateway")
async def test_a_follow_up_brings_one_along_too(town: Town, audio: AudioEnd) -> None:
    asked = await town.press(f"segue:queue:{town.cast.guild}:1")
    command = await audio.command()
    await audio.answer(command.id, "Page 1")
    await town.answered(asked)
    await audio.answer(command.id, "All of it", followup=True, files=(TextFile(name="queue.txt", text="a\n"),))
    await town.sees(asked, lambda seen: bool(seen["followups"]))
    assert await attached(town) == [("queue.txt", "a\n")]
