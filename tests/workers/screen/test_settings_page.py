"""The settings in words that members understand, whatever is set."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from apps.guilds.validation import Problem
from project.wire.desk import SETTINGS, SOURCES
from workers.player.outcomes import Denied
from workers.screen.desk_endings import (
    BlocklistShown,
    DeskEnding,
    SettingChange,
    SettingsEdited,
    SettingsShown,
    ending_from_json,
    ending_to_json,
    render_ending,
)
from workers.screen.language import language_for
from workers.screen.source_names import source_name

NOTHING_SET: dict[str, Any] = {
    **dict.fromkeys(SETTINGS),
    **dict.fromkeys(("dj_only", "pause_when_empty", "always_on", "ephemeral"), False),
    "leave_after_s": 300,
    "voteskip_percent": 50,
    "history_days": 90,
}
ALL_SET: dict[str, Any] = {
    "dj_role_id": 5,
    "dj_only": True,
    "voteskip_percent": 70,
    "max_tracks_per_member": 1,
    "default_volume": 40,
    "leave_after_s": 0,
    "pause_when_empty": True,
    "always_on": True,
    "player_channel_id": 6,
    "announce_channel_id": 7,
    "history_days": 0,
    "language": "es",
    "ephemeral": True,
}


def shown(values: dict[str, Any], locale: str = "en-US", sources: tuple[str, ...] = SOURCES, blocked: int = 0) -> str:
    ending = SettingsShown(values=values, sources=sources, blocklist={"word": blocked})
    return str(render_ending(ending, locale).payload["embeds"][0]["description"])


def changed(setting: str, before: Any, after: Any, locale: str = "en-US") -> str:
    ending = SettingsEdited(changes=(SettingChange(setting=setting, before=before, after=after),))
    return str(render_ending(ending, locale).payload["content"])


@pytest.mark.parametrize("problem", get_args(Problem))
def test_every_refusal_has_its_sentence(problem: str) -> None:
    values: dict[str, str | int] = {"option": "x", "low": 1, "high": 2, "detail": "y"}
    screen = render_ending(Denied(key=f"settings.refused.{problem}", values=values), "en")
    assert screen.error
    assert screen.payload["content"]


@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
@pytest.mark.parametrize("values", [NOTHING_SET, ALL_SET], ids=["nothing", "all"])
def test_every_setting_is_a_line_with_the_way_to_change_it(values: dict[str, Any], locale: str) -> None:
    assert set(values) == set(SETTINGS)
    lines = shown(values, locale).splitlines()
    assert len(lines) == len(SETTINGS) + 2
    assert all("`/settings " in line and "None" not in line and "True" not in line for line in lines)


@pytest.mark.parametrize(
    "line",
    [
        "DJ role: **<@&5>** · `/settings set dj-role`",
        "Waiting tracks per member: **1 at most** · `/settings set max-tracks`",
        "Volume of a new session: **40 %** · `/settings set default-volume`",
        "Leave an empty channel: **at once** · `/settings set leave-when-empty`",
        "Channel of the player message: **<#6>** · `/settings set player-channel`",
        "Language: **Spanish** · `/settings set language`",
        "Allowed sources: **SoundCloud, web addresses** · `/settings source`",
        "Blocked words, addresses and artists: **3 entries** · `/settings blocklist show`",
    ],
)
def test_values_are_words(line: str) -> None:
    assert line in shown(ALL_SET, sources=("soundcloud", "http"), blocked=3).splitlines()


@pytest.mark.parametrize("locale", ["en", "es"])
def test_every_source_that_can_be_allowed_has_a_name(locale: str) -> None:
    assert [source for source in SOURCES if source_name(source, language_for(locale)) == source] == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("leave_after_s", 300, 60), "Leave an empty channel: after 5 minutes → **after 1 minute**."),
        (("dj_role_id", None, 5), "DJ role: none → **<@&5>**."),
        (
            ("blocklist.word", ["a"], ["a", "b_c"]),
            "Blocked the word *b\\_c*: nothing that matches can be queued any more.",
        ),
        (("blocklist.artist", ["a"], []), "The artist *a* is no longer blocked."),
        (
            ("allowed_sources", list(SOURCES), ["soundcloud", "http"]),
            "Tracks from YouTube can no longer be queued. Allowed now: SoundCloud, web addresses.",
        ),
        (
            ("allowed_sources", list(SOURCES[1:]), list(SOURCES)),
            "Tracks from YouTube may be queued again. Allowed now: all.",
        ),
    ],
)
def test_a_change_names_what_it_was_and_what_it_is(change: tuple[str, Any, Any], sentence: str) -> None:
    assert changed(*change) == sentence


def test_spanish_says_it_in_spanish() -> None:
    assert changed("dj_only", False, True, "es-419") == "Solo los DJ controlan la música: antes no, ahora **sí**."


def test_what_was_so_already_is_said() -> None:
    assert "already" in render_ending(SettingsEdited(changes=()), "en").payload["content"]


def test_an_empty_blocklist_says_how_to_fill_it() -> None:
    page = render_ending(BlocklistShown(guild_id=5, entries=(), page=1, pages=1), "en").payload["embeds"][0]
    assert "/settings blocklist add" in page["description"]


@pytest.mark.parametrize(
    "ending",
    [
        SettingsShown(values=ALL_SET, sources=SOURCES, blocklist={}),
        SettingsEdited(changes=(SettingChange(setting="blocklist.word", before=[], after=["a"]),)),
        BlocklistShown(guild_id=5, entries=(("word", "a"),), page=1, pages=1),
    ],
    ids=lambda ending: type(ending).__name__,
)
def test_an_ending_is_read_back_as_it_was_recorded_and_shown_to_one_member(ending: DeskEnding) -> None:
    assert ending_from_json(ending_to_json(ending)) == ending
    assert render_ending(ending, "en").ephemeral
