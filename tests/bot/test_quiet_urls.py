"""No interaction token in the log."""

from __future__ import annotations

import logging

import pytest

from bot.process import Gateway
from tests.bot.sandbox import AudioEnd, Town


async def test_a_rate_limited_answer_is_logged_without_its_token(
    town: Town, gateway: Gateway, audio: AudioEnd, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "discord.http")
    await town.ask("POST", "/faults", target="rest", kind="status", status=429, path="/callback", count=1)
    interaction = await town.type("pause")
    await audio.answer((await audio.command()).id, "Paused.")
    assert (await town.answered(interaction))["content"] == "Paused."
    known = town.site.world.interactions.get(interaction)
    assert known is not None
    assert "rate limited" in caplog.text
    assert known.token not in caplog.text
