"""How commands to the desk ended, as stored in `commands.outcome`, and their words."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from workers.player.outcomes import Denied, Ending, Refused, Said
from workers.screen.language import language_for
from workers.screen.library_endings import (
    Confided,
    FavouritesShown,
    HistoryShown,
    LibraryEnding,
    PlaylistExported,
    PlaylistShown,
    PlaylistsShown,
)
from workers.screen.library_page import export_text, library_page
from workers.screen.premium_endings import LinkGiven, PlansShown, PremiumEnding, PremiumShown, UsageShown
from workers.screen.premium_page import premium_payload
from workers.screen.privacy_endings import EraseAsked, ExportOffered, PrivacyEnding
from workers.screen.privacy_page import privacy_payload
from workers.screen.render import Screen, render_conclusion
from workers.screen.said import said_sentence
from workers.screen.settings_page import blocklist_page, changes_sentence, settings_page

Value: TypeAlias = bool | int | str | list[str] | None


class SettingsShown(Ending, tag="settings_shown", frozen=True, kw_only=True):
    """All settings; `blocklist` counts its entries by kind."""

    values: dict[str, Value]
    sources: tuple[str, ...]
    blocklist: dict[str, int]


class SettingChange(msgspec.Struct, frozen=True, kw_only=True):
    """One setting, from what to what."""

    setting: str
    before: Value
    after: Value


class SettingsEdited(Ending, tag="settings_edited", frozen=True, kw_only=True):
    """What differs from before; nothing, if all was so already."""

    changes: tuple[SettingChange, ...]


class BlocklistShown(Ending, tag="blocklist_shown", frozen=True, kw_only=True):
    """One page: kind and text of each entry."""

    entries: tuple[tuple[str, str], ...]
    page: int
    pages: int


DeskEnding: TypeAlias = (
    SettingsShown
    | SettingsEdited
    | BlocklistShown
    | LibraryEnding
    | PremiumEnding
    | PrivacyEnding
    | Said
    | Denied
    | Refused
)


def render_ending(ending: DeskEnding, locale: str) -> Screen:
    """The answer in the words of a Discord locale; matters of the guild are for the asking member alone."""
    language = language_for(locale)
    match ending:
        case SettingsShown():
            return _screen("", [settings_page(ending.values, ending.sources, ending.blocklist, language)])
        case SettingsEdited():
            changes = [(change.setting, change.before, change.after) for change in ending.changes]
            return _screen(changes_sentence(changes, language), [])
        case BlocklistShown():
            return _screen("", [blocklist_page(ending.entries, ending.page, ending.pages, language)])
        case PlaylistShown() | PlaylistsShown() | FavouritesShown() | HistoryShown():
            return _screen("", [library_page(ending, language)])
        case PlaylistExported():
            return _screen(export_text(ending, language), [])
        case PremiumShown() | PlansShown() | UsageShown() | LinkGiven():
            return Screen({**premium_payload(ending, language), "allowed_mentions": {"parse": []}}, ephemeral=True)
        case ExportOffered() | EraseAsked():
            return Screen({**privacy_payload(ending, language), "allowed_mentions": {"parse": []}}, ephemeral=True)
        case Confided():
            return _screen(said_sentence(ending, language), [])
        case _:
            return render_conclusion(ending, locale, now_ms=0)


def ending_to_json(ending: DeskEnding) -> dict[str, Any]:
    """As stored in `commands.outcome`."""
    built: dict[str, Any] = msgspec.to_builtins(ending)
    return built


def ending_from_json(raw: Any) -> DeskEnding:
    """The stored outcome; raises msgspec.ValidationError when it is none of the desk's."""
    return msgspec.convert(raw, DeskEnding)  # type: ignore[no-any-return,arg-type,unused-ignore] # union type


def _screen(content: str, embeds: list[dict[str, Any]]) -> Screen:
    payload = {"content": content, "embeds": embeds, "components": [], "allowed_mentions": {"parse": []}}
    return Screen(payload, ephemeral=True)
