"""The player as an embed: what plays, how far, how it sounds, and what comes next. Nothing in it needs a timer."""

from __future__ import annotations

from typing import Any

from project.wire.tuning import BANDS
from workers.player.outcomes import PlayerShown
from workers.player.track import Entry
from workers.screen.discord_text import duration, foreign
from workers.screen.language import Language
from workers.screen.source_names import source_of
from workers.screen.track_card import track_card

QUIET_COLOUR = 0x99AAB5
UP_NEXT_LENGTH = 60
VOTERS_NAMED = 20
"""Of 24 characters each; Discord takes 1024 in a field."""


def player_card(shown: PlayerShown, language: Language) -> dict[str, Any]:
    """The embed."""
    if shown.current is None:
        return {"title": language.say("player.idle"), "description": _why_quiet(shown, language), "color": QUIET_COLOUR}
    card = track_card(shown.current, language)
    card["author"] = {"name": language.say(_state_key(shown))}
    card["description"] = _progress(shown, shown.current, language)
    if shown.silencing is not None:
        card["description"] += f"\n{language.say(f'player.silenced.{shown.silencing}')}"
    if shown.stopped_by is not None:
        return {**card, "color": QUIET_COLOUR}
    card["fields"] += _settings(shown, shown.current, language)
    if shown.up_next:
        card["fields"].append({"name": language.say("player.up_next"), "value": _up_next(shown, language)})
    return card


def filter_names(shown: PlayerShown, language: Language) -> str:
    """The active filters as members know them."""
    return ", ".join(language.say(f"filter.{name}") for name in shown.filters)


def _state_key(shown: PlayerShown) -> str:
    if shown.stopped_by is not None:
        return "player.stopped"
    return "player.paused" if shown.paused else "player.playing"


def _progress(shown: PlayerShown, current: Entry, language: Language) -> str:
    """Discord itself keeps relative times true, so the message is never edited for them."""
    if shown.stopped_by is not None:
        return _why_quiet(shown, language)
    length_ms = current.track.length_ms
    began_ms = shown.at_ms - round(shown.position_ms / shown.speed)
    if shown.paused:
        return language.say("player.held", elapsed=duration(shown.position_ms), length=_length(current, language))
    if current.track.is_stream or not length_ms:
        return language.say("player.live", began=_relative(began_ms))
    return language.say(
        "player.progress", began=_relative(began_ms), ends=_relative(began_ms + round(length_ms / shown.speed))
    )


def _why_quiet(shown: PlayerShown, language: Language) -> str:
    cause = shown.stopped_by
    if cause is None:
        if shown.autoplay_searching:
            return language.say("player.autoplay_searching")
        return language.say("player.awaited" if shown.waiting else "player.empty")
    if cause == "left":
        return language.count("left", shown.kept) if shown.kept else language.say("left.empty")
    stopped = language.say(f"playback_stopped.{cause}")
    return f"{stopped} {language.count('playback_stopped.kept', shown.kept)}" if shown.kept else stopped


def _settings(shown: PlayerShown, current: Entry, language: Language) -> list[dict[str, Any]]:
    rows = [("player.source", source_of(current.track, language))] if current.track.source else []
    rows.append(("player.volume", f"{shown.volume} %"))
    if shown.loop != "off":
        rows.append(("player.loop", language.say(f"player.loop.{shown.loop}")))
    if shown.filters:
        rows.append(("player.filters", filter_names(shown, language)))
    rows += _fine_tuning(shown, language)
    if shown.autoplay != "off":
        rows.append(("player.autoplay", language.say(f"player.autoplay.{shown.autoplay}")))
    if shown.fair_queue:
        rows.append(("player.fair_queue", language.say("player.fair_queue.on")))
    if shown.votes:
        rows.append(("player.votes", _votes(shown, language)))
    return [{"name": language.say(key), "value": value, "inline": True} for key, value in rows]


def _votes(shown: PlayerShown, language: Language) -> str:
    """A mention in an embed calls nobody."""
    count = language.say("player.votes.count", have=shown.votes, need=shown.votes_needed)
    names = [f"<@{user}>" for user in shown.voters[:VOTERS_NAMED]]
    more = len(shown.voters) - len(names)
    listed = ", ".join([*names, language.count("player.more", more)] if more else names)
    return f"{count}: {listed}" if listed else count


def _fine_tuning(shown: PlayerShown, language: Language) -> list[tuple[str, str]]:
    rows = []
    if shown.equalizer:
        bands = (f"{BANDS[band - 1]}: {gain:+} %" for band, gain in shown.equalizer.items())
        rows.append(("player.equalizer", ", ".join(bands)))
    if (shown.speed_percent, shown.pitch_percent) != (100, 100):
        both = language.say("player.tempo.both", speed=shown.speed_percent, pitch=shown.pitch_percent)
        rows.append(("player.tempo", both))
    return rows


def _up_next(shown: PlayerShown, language: Language) -> str:
    lines = [f"`{number}.` {_name(entry)}" for number, entry in enumerate(shown.up_next, start=1)]
    more = shown.waiting - len(shown.up_next)
    return "\n".join([*lines, language.count("player.more", more)] if more > 0 else lines)


def _name(entry: Entry) -> str:
    return foreign(entry.track.title, UP_NEXT_LENGTH)


def _length(entry: Entry, language: Language) -> str:
    return language.say("live") if entry.track.is_stream else duration(entry.track.length_ms)


def _relative(at_ms: int) -> str:
    return f"<t:{at_ms // 1_000}:R>"
