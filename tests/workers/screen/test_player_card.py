"""The player message in both languages: what it tells, and that Discord takes it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from bot import components
from bot.forms import FORMS
from bot.slash import sound
from tests.workers.screen.test_render import NOON_MS, entry
from workers.player.filters import OFF, PRESETS
from workers.player.outcomes import PlayerShown
from workers.screen import render_conclusion, render_player

GUILD = 2**63 - 1
LOCALES = ["en", "es"]


def player(**changes: Any) -> PlayerShown:
    """Alice's track has played for 65 seconds of 185; three of five that wait are shown."""
    shown = PlayerShown(
        guild_id=GUILD,
        current=entry("Title", number=2**53),
        position_ms=65_000,
        at_ms=NOON_MS,
        paused=False,
        stopped_by=None,
        connected=True,
        volume=100,
        volume_cap=200,
        loop="off",
        filters=(),
        up_next=tuple(entry(title) for title in ("Second", "Third", "Fourth")),
        waiting=5,
        kept=6,
        has_previous=True,
    )
    return msgspec.structs.replace(shown, **changes)


def text(shown: PlayerShown, locale: str = "en") -> str:
    """All that is written in the message."""
    return json.dumps(render_player(shown, locale)["embeds"], ensure_ascii=False)


def buttons(shown: PlayerShown) -> dict[str, dict[str, Any]]:
    """Buttons and menus by their action."""
    rows = render_player(shown, "en")["components"]
    return {part["custom_id"].split(":")[1]: part for row in rows for part in row["components"]}


def test_it_tells_what_plays_how_it_sounds_and_what_comes() -> None:
    said = text(player(loop="queue", filters=("bassboost", "8d"), volume=80))
    wanted = (
        "Now playing",
        "Title",
        "The Band",
        "Alice",
        "3:05",
        "80 %",
        "queue",
        "Bass boost, 8D",
        "Second",
        "Fourth",
    )
    assert [word for word in wanted if word not in said] == []
    assert "and 2 more" in said


@pytest.mark.parametrize(
    ("source", "locale", "name"),
    [
        ("applemusic", "es", "Apple Music"),
        ("http", "en", "web address"),
        ("http", "es", "dirección web"),
        ("nico", "es", "nico"),
    ],
)
def test_the_source_is_called_as_members_know_it(source: str, locale: str, name: str) -> None:
    current = entry()
    played = msgspec.structs.replace(current, track=msgspec.structs.replace(current.track, source=source))
    card = render_player(player(current=played), locale)["embeds"][0]
    assert name in [field["value"] for field in card["fields"]]


def test_it_counts_votes() -> None:
    assert "Votes to skip" not in text(player())
    assert "1 of 3" in text(player(votes=1, votes_needed=3))


def test_it_names_who_voted_as_far_as_there_is_room() -> None:
    assert "1 of 3: <@7>" in text(player(votes=1, voters=(7,), votes_needed=3))
    crowd = tuple(2**62 + number for number in range(90))
    card = render_player(player(votes=90, voters=crowd, votes_needed=99), "es")["embeds"][0]
    (votes,) = [field["value"] for field in card["fields"] if field["value"].startswith("90 de 99")]
    assert votes.endswith("y 70 más")
    assert len(votes) <= 1_024


def test_idle_it_says_whether_autoplay_is_at_work() -> None:
    idle = player(current=None, up_next=(), waiting=0, kept=0)
    assert "The queue is empty" in text(idle)
    searching = msgspec.structs.replace(idle, autoplay_searching=True)
    assert "autoplay is looking" in text(searching)
    assert "queue is empty" not in text(searching)


def test_progress_needs_no_edits() -> None:
    began = NOON_MS // 1_000 - 65
    assert f"<t:{began}:R>" in text(player())
    assert f"<t:{began + 185}:R>" in text(player())


def test_paused_the_clock_stands() -> None:
    said = text(player(paused=True))
    assert "Paused" in said
    assert "1:05 of 3:05" in said
    assert "<t:" not in said


def test_a_live_stream_has_no_end() -> None:
    said = text(player(current=entry("Radio", stream=True)))
    assert "Live" in said
    assert said.count("<t:") == 1


@pytest.mark.parametrize(
    "cause", ["left", "kicked", "failures", "voice_lost", "join_refused", "channel_deleted", "empty"]
)
@pytest.mark.parametrize("locale", LOCALES)
def test_stopped_it_says_why_and_how_to_go_on(cause: str, locale: str) -> None:
    kept = player(stopped_by=cause, connected=False)
    nothing = player(stopped_by=cause, current=None, up_next=(), waiting=0, kept=0)
    assert (set(buttons(kept)), set(buttons(nothing))) == ({"resume", "queue", "add"}, {"add"})
    assert all(render_player(shown, locale)["embeds"][0]["description"] for shown in (kept, nothing))
    assert "/resume" in text(kept, locale)


def test_when_nothing_is_left_it_says_how_to_go_on() -> None:
    idle = player(current=None, up_next=(), waiting=0, kept=0)
    assert "/play" in text(idle)
    assert set(buttons(idle)) == {"add"}


@pytest.mark.parametrize("locale", LOCALES)
def test_discord_takes_it(locale: str) -> None:
    hostile = entry("[@everyone](https://x.example)`" * 20, name="*" * 200)
    shown = player(current=hostile, up_next=(hostile,) * 3, filters=tuple(PRESETS), loop="track")
    body = render_player(shown, locale)
    embed = body["embeds"][0]
    assert len(embed["title"]) <= 256
    assert len(embed["description"]) <= 4096
    assert all(0 < len(field["value"]) <= 1024 for field in embed["fields"])
    assert len(json.dumps(embed)) <= 6000
    assert len(body["components"]) <= 5
    assert all(len(row["components"]) <= 5 for row in body["components"])
    ids = [part["custom_id"] for row in body["components"] for part in row["components"]]
    assert len(set(ids)) == len(ids)
    assert max(map(len, ids)) <= 100
    assert body["allowed_mentions"] == {"parse": []}


def test_buttons_that_would_do_nothing_are_disabled() -> None:
    off = buttons(player(has_previous=False, waiting=1, volume=0))
    assert {action for action, part in off.items() if part.get("disabled")} == {"previous", "shuffle", "quieter"}
    live = buttons(player(current=entry("Radio", stream=True), volume=200))
    assert {action for action, part in live.items() if part.get("disabled")} == {"back", "forward", "louder"}


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ("same artist", "taking turns", "63 Hz: +25 %", "100 Hz: -10 %", "150 % · 80 %")),
        ("es", ("mismo artista", "por turnos", "63 Hz: +25 %", "100 Hz: -10 %", "150 % · 80 %")),
    ],
)
def test_it_tells_what_follows_and_how_it_is_tuned(locale: str, words: tuple[str, ...]) -> None:
    tuned = player(
        autoplay="artist", fair_queue=True, equalizer={3: 25, 4: -10}, speed_percent=150, pitch_percent=80, speed=1.5
    )
    assert [word for word in words if word not in text(tuned, locale)] == []
    assert not any(word in text(player(), locale) for word in words)


def test_at_another_speed_it_ends_as_much_earlier() -> None:
    assert f"<t:{(NOON_MS + 120_000) // 1_000}:R>" in text(player())
    assert f"<t:{(NOON_MS + 60_000) // 1_000}:R>" in text(player(speed=2.0))


def test_the_autoplay_button_shows_whether_it_is_on() -> None:
    off, on = (buttons(player(autoplay=mode))["autoplay"]["style"] for mode in ("off", "genre"))
    assert off != on


def test_play_and_pause_are_one_button() -> None:
    assert "pause" in buttons(player())
    assert "resume" not in buttons(player())
    assert "resume" in buttons(player(paused=True))


def test_skip_names_the_entry_it_means() -> None:
    assert buttons(player())["skip"]["custom_id"] == f"segue:skip:{GUILD}:{2**53}"


def test_filters_that_the_plan_lacks_are_locked_and_say_how_to_get_them() -> None:
    shown = player(filters=("8d",), presets=("bassboost", "nightcore"))
    options = {option["value"]: option for option in buttons(shown)["filters"]["options"]}
    locked = {name for name, option in options.items() if option.get("emoji") == {"name": "🔒"}}
    assert locked == set(PRESETS) - {"8d", "bassboost", "nightcore"}, "what is on can be switched off"
    assert options["karaoke"]["description"] == "With a larger plan: /premium"
    assert "description" not in options[OFF]


def test_filters_that_are_on_are_marked() -> None:
    options = {option["value"]: option for option in buttons(player(filters=("8d",)))["filters"]["options"]}
    assert {name for name, option in options.items() if "emoji" in option} == {"8d"}
    assert set(options) == {*PRESETS, OFF}


def test_the_gateway_understands_every_button() -> None:
    everything = {**buttons(player()), **buttons(player(paused=True))}
    actions = set(components.ACTIONS) - {"pick", "erase"}
    assert set(everything) == actions | set(FORMS), "those belong to /search and /privacy"
    for part in (everything[name] for name in actions):
        for value in [option["value"] for option in part.get("options", ())] or [None]:
            components.pressed(part["custom_id"], GUILD, [value] if value else [])  # raises what is not understood


def test_the_gateway_offers_the_presets_that_the_player_knows() -> None:
    assert set(sound.PRESETS) == {*PRESETS, OFF}


@pytest.mark.parametrize("locale", LOCALES)
def test_asked_for_in_a_reply_it_has_no_buttons(locale: str) -> None:
    screen = render_conclusion(player(), locale, NOON_MS)
    assert screen.payload["components"] == []
    assert screen.payload["embeds"] == render_player(player(), locale)["embeds"]


def test_a_queue_that_waits_for_a_search_is_not_called_empty() -> None:
    assert "searched for" in text(player(current=None))
    assert "empty" in text(player(current=None, waiting=0, up_next=()))
