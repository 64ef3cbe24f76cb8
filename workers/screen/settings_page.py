"""A guild's settings as an embed, each with the way to change it, and what changed from what to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from project.wire.desk import BLOCKED_LENGTH, SETTINGS, SOURCES
from workers.screen.discord_text import foreign
from workers.screen.language import Language
from workers.screen.source_names import source_name
from workers.screen.track_card import COLOUR

ROLES = frozenset({"dj_role_id"})
CHANNELS = frozenset({"announce_channel_id", "player_channel_id"})

OTHER_COMMANDS = {"allowed_sources": "source", "blocklist": "blocklist show"}
"""How to change what `/settings set` does not."""


def settings_page(
    values: Mapping[str, Any], sources: Sequence[str], blocklist: Mapping[str, int], language: Language
) -> dict[str, Any]:
    """The embed; each setting is a line of its own."""
    lines = [_line(setting, values[setting], language) for setting in SETTINGS]
    lines.append(_line("allowed_sources", list(sources), language))
    lines.append(_line("blocklist", sum(blocklist.values()), language))
    return {
        "title": language.say("settings.title"),
        "description": "\n".join(lines),
        "color": COLOUR,
        "footer": {"text": language.say("settings.footer")},
    }


def blocklist_page(entries: Sequence[tuple[str, str]], page: int, pages: int, language: Language) -> dict[str, Any]:
    """The embed. 15 escaped entries of 100 characters stay below the 4096 of a description."""
    lines = [f"{language.say(f'settings.kind.{kind}')}: *{foreign(text, BLOCKED_LENGTH[1])}*" for kind, text in entries]
    return {
        "title": language.say("settings.name.blocklist"),
        "description": "\n".join(lines) or language.say("settings.nothing_blocked"),
        "color": COLOUR,
        "footer": {"text": language.say("settings.page", page=page, pages=pages)},
    }


def _line(setting: str, value: Any, language: Language) -> str:
    typed = f"set {SETTINGS[setting]}" if setting in SETTINGS else OTHER_COMMANDS[setting]
    name = language.say(f"settings.name.{setting}")
    return f"{name}: **{shown(setting, value, language)}** · `/settings {typed}`"


def changes_sentence(changes: Sequence[tuple[str, Any, Any]], language: Language) -> str:
    """One line per setting that changed; a sentence if all was so already."""
    if not changes:
        return language.say("settings.unchanged")
    return "\n".join(_change(setting, before, after, language) for setting, before, after in changes)


def _change(setting: str, before: Any, after: Any, language: Language) -> str:
    family, _, kind = setting.partition(".")
    if family == "blocklist":
        return _blocklist_change(kind, before, after, language)
    if family == "allowed_sources":
        return _source_change(before, after, language)
    return language.say(
        "settings.changed",
        name=language.say(f"settings.name.{setting}"),
        before=shown(setting, before, language),
        after=shown(setting, after, language),
    )


def _blocklist_change(kind: str, before: Sequence[str], after: Sequence[str], language: Language) -> str:
    added = [one for one in after if one not in before]
    removed = [one for one in before if one not in after]
    key = "settings.blocked" if added else "settings.unblocked"
    return language.say(key, kind=language.say(f"settings.kind.{kind}"), text=foreign((added or removed)[0]))


def _source_change(before: Sequence[str], after: Sequence[str], language: Language) -> str:
    allowed = [one for one in after if one not in before]
    forbidden = [one for one in before if one not in after]
    key = "settings.source_allowed" if allowed else "settings.source_forbidden"
    return language.say(key, source=source_name((allowed or forbidden)[0], language), rest=_sources(after, language))


def shown(setting: str, value: Any, language: Language) -> str:
    """A value in words."""
    if value is None or (setting == "blocklist" and not value):
        return language.say(f"settings.none.{setting}")
    if setting in ROLES:
        return f"<@&{value}>"
    if setting in CHANNELS:
        return f"<#{value}>"
    if isinstance(value, bool):
        return language.say("settings.on" if value else "settings.off")
    return _worded(setting, value, language)


def _worded(setting: str, value: Any, language: Language) -> str:
    match setting:
        case "leave_after_s":
            return language.count("settings.minutes", value // 60) if value else language.say("settings.at_once")
        case "history_days":
            return language.count("settings.days", value) if value else language.say("settings.not_at_all")
        case "default_volume" | "voteskip_percent":
            return f"{value} %"
        case "language":
            return language.say(f"settings.language.{value}")
        case "allowed_sources":
            return _sources(value, language)
        case "blocklist" | "max_tracks_per_member":
            return language.count(f"settings.count.{setting}", value)
        case _:
            return foreign(str(value))


def _sources(names: Sequence[str], language: Language) -> str:
    if len(names) == len(SOURCES):
        return language.say("settings.none.allowed_sources")
    return ", ".join(source_name(name, language) for name in names)
