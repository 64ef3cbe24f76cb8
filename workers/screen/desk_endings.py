"""How commands to the desk ended, as stored in `commands.outcome`, and their words."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from workers.player.outcomes import Denied, Ending, Refused, Said
from workers.screen.importing import playlist_sentence
from workers.screen.importing_endings import PlaylistImported, PlaylistImporting
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
from workers.screen.library_page import library_page, library_turns, playlist_exported
from workers.screen.message_body import Screen, body
from workers.screen.paging import page_buttons
from workers.screen.premium_endings import LinkGiven, PlansShown, PremiumEnding, PremiumShown, UsageShown
from workers.screen.premium_page import premium_payload
from workers.screen.privacy_endings import EraseAsked, ExportOffered, PrivacyEnding
from workers.screen.privacy_page import privacy_payload
from workers.screen.render import render_conclusion
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

    guild_id: int
    entries: tuple[tuple[str, str], ...]
    page: int
    pages: int


DeskEnding: TypeAlias = (
    SettingsShown
    | SettingsEdited
    | BlocklistShown
    | LibraryEnding
    | PlaylistImporting
    | PlaylistImported
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
            page = settings_page(ending.values, ending.sources, ending.blocklist, language)
            return Screen(body("", [page]), ephemeral=True)
        case SettingsEdited():
            changes = [(change.setting, change.before, change.after) for change in ending.changes]
            return Screen(body(changes_sentence(changes, language)), ephemeral=True)
        case BlocklistShown():
            page = blocklist_page(ending.entries, ending.page, ending.pages, language)
            turns = page_buttons("blocklist", ending.guild_id, ending.page, ending.pages)
            return Screen(body("", [page], turns), ephemeral=True)
        case PlaylistShown() | PlaylistsShown() | FavouritesShown() | HistoryShown():
            return Screen(body("", [library_page(ending, language)], library_turns(ending)), ephemeral=True)
        case PlaylistExported():
            return playlist_exported(ending, language)
        case PremiumShown() | PlansShown() | UsageShown() | LinkGiven():
            return Screen({**premium_payload(ending, language), "allowed_mentions": {"parse": []}}, ephemeral=True)
        case ExportOffered() | EraseAsked():
            return Screen({**privacy_payload(ending, language), "allowed_mentions": {"parse": []}}, ephemeral=True)
        case PlaylistImporting() | PlaylistImported():
            sentence = playlist_sentence(ending, language)
            payload = {"content": sentence, "embeds": [], "components": [], "allowed_mentions": {"parse": []}}
            return Screen(payload, ephemeral=True)
        case Confided():
            return Screen(body(said_sentence(ending, language)), ephemeral=True)
        case _:
            return render_conclusion(ending, locale, now_ms=0)


def ending_to_json(ending: DeskEnding) -> dict[str, Any]:
    """As stored in `commands.outcome`."""
    built: dict[str, Any] = msgspec.to_builtins(ending)
    return built


def ending_from_json(raw: Any) -> DeskEnding:
    """The stored outcome; raises msgspec.ValidationError when it is none of the desk's."""
    return msgspec.convert(raw, DeskEnding)  # type: ignore[no-any-return,arg-type,unused-ignore] # union type
