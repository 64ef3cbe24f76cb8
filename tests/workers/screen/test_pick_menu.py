"""The menu of a search's matches."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bot.components import pressed
from project.wire.messages import Play
from tests.workers.player.cast import GUILD, song
from workers.player.outcomes import TracksOffered
from workers.player.track import Track
from workers.screen import render_conclusion


def menu(*tracks: Track, locale: str = "en") -> dict[str, Any]:
    """The menu in the answer."""
    screen = render_conclusion(TracksOffered(guild_id=GUILD, query="*jazz*", tracks=tracks), locale, 0)
    assert screen.ephemeral
    assert not screen.error
    ((part,),) = (row["components"] for row in screen.payload["components"])
    found: dict[str, Any] = part
    return found


@pytest.mark.parametrize("locale", ["en", "es"])
def test_what_is_chosen_is_played(locale: str) -> None:
    shown = menu(song("One"), song("Two"), locale=locale)
    chosen = shown["options"][1]["value"]
    assert pressed(shown["custom_id"], GUILD, (chosen,)).order == Play(query="https://music.example/Two")
    assert shown["options"][0]["label"] == "One"
    assert "The Band · 3:00" in shown["options"][0]["description"]


def test_discord_takes_any_track() -> None:
    long = msgspec.structs.replace(song("x" * 300), uri="https://music.example/" + "y" * 300, author="z" * 300)
    nameless = msgspec.structs.replace(song(""), uri=None, author="")
    shown = menu(long, nameless, *(song("Same"), song("Same")))
    assert len(shown["options"]) == 3, "no two options may have the same value"
    for option in shown["options"]:
        assert all(1 <= len(option[name]) <= 100 for name in ("label", "value", "description"))
