"""Orders for the desk: what someone wants of the guild's settings, or of their library, and not of its player.

They travel as commands like all others, but to the background workers (queue `desk`). Each lists what may be set, so
that slash commands, validation and pages say the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import ClassVar, Literal, TypeAlias, get_args

import msgspec
from msgspec import UNSET, UnsetType

from project.wire.library import LibraryOrder
from project.wire.premium import PremiumOrder
from project.wire.privacy import PrivacyOrder
from project.wire.wish import DeskWish

Language: TypeAlias = Literal["en", "es"]
BlockKind: TypeAlias = Literal["word", "url", "artist"]
Source: TypeAlias = Literal[
    "youtube", "soundcloud", "bandcamp", "vimeo", "twitch", "spotify", "deezer", "applemusic", "http"
]
"""Where tracks come from, as Lavalink names it (`sourceName`); `http` is any address of a file or stream."""
SOURCES: tuple[str, ...] = get_args(Source)

LEAVE_AFTER_S = 300
"""How long the bot stays alone in a voice channel unless the guild says otherwise."""
RANGES = {
    "voteskip_percent": (1, 100),
    "default_volume": (1, 200),
    "leave_after_s": (0, 3_600),
    "max_tracks_per_member": (1, 1_000),
    "history_days": (0, 365),
}
"""Lowest and highest value of a setting."""
BLOCKLIST_MAX = 200
"""Entries of a guild's blocklist in all."""
BLOCKLIST_PAGE = 15
"""Entries on a page."""
TASTE_LENGTH = 16
"""Hexadecimal digits: whoever hit upon another guild's would only see what that one is offered."""
BLOCKED_LENGTH = (2, 100)
"""Characters; a single one would block nearly everything."""


class ShowSettings(DeskWish, tag="settings_show", frozen=True, kw_only=True):
    """All settings with their values."""

    read: ClassVar[bool] = True


class ChangeSettings(DeskWish, tag="settings_set", frozen=True, kw_only=True):
    """Set what is given; null puts a setting back to its default."""

    dj_role_id: int | UnsetType | None = UNSET
    dj_only: bool | UnsetType | None = UNSET
    voteskip_percent: int | UnsetType | None = UNSET
    default_volume: int | UnsetType | None = UNSET
    language: Language | UnsetType | None = UNSET
    leave_after_s: int | UnsetType | None = UNSET
    pause_when_empty: bool | UnsetType | None = UNSET
    always_on: bool | UnsetType | None = UNSET
    ephemeral: bool | UnsetType | None = UNSET
    max_tracks_per_member: int | UnsetType | None = UNSET
    announce_channel_id: int | UnsetType | None = UNSET
    player_channel_id: int | UnsetType | None = UNSET
    history_days: int | UnsetType | None = UNSET

    def given(self) -> dict[str, int | bool | str | None]:
        """Setting -> wanted value, in the order of SETTINGS."""
        values = ((name, getattr(self, name)) for name in SETTINGS)
        return {name: value for name, value in values if value is not UNSET}


SETTINGS = {
    "dj_role_id": "dj-role",
    "dj_only": "dj-only",
    "voteskip_percent": "voteskip-threshold",
    "max_tracks_per_member": "max-tracks",
    "default_volume": "default-volume",
    "leave_after_s": "leave-when-empty",
    "pause_when_empty": "pause-when-empty",
    "always_on": "always-on",
    "player_channel_id": "player-channel",
    "announce_channel_id": "announce-channel",
    "history_days": "history-days",
    "language": "language",
    "ephemeral": "private-answers",
}
"""All that ChangeSettings can set, as members type it, in the order in which it is shown."""


class AllowSource(DeskWish, tag="settings_source", frozen=True, kw_only=True):
    """Allow or forbid one source of tracks."""

    source: Source
    allowed: bool


class EditBlocklist(DeskWish, tag="settings_blocklist", frozen=True, kw_only=True):
    """Add a word, an address or an artist to what may not be played, or take it off."""

    action: Literal["add", "remove"]
    kind: BlockKind
    text: str


class ShowBlocklist(DeskWish, tag="settings_blocked", frozen=True, kw_only=True):
    """One page of what may not be played, counted from 1."""

    read: ClassVar[bool] = True

    page: int = 1


DeskOrder: TypeAlias = (
    ShowSettings
    | ChangeSettings
    | AllowSource
    | EditBlocklist
    | ShowBlocklist
    | LibraryOrder
    | PremiumOrder
    | PrivacyOrder
)

DESK_KINDS: tuple[type[DeskOrder], ...] = get_args(DeskOrder)
"""The same as a tuple."""


class SettingsChanged(msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag="settingsChanged"):
    """On `discord-bot:events`: every process drops what it knows of the guild. Ids are text there, as at Discord."""

    guild_id: str


def blocked_form(kind: str, text: str) -> str:
    """Text as the blocklist stores and compares it: lower case, single spaces; addresses without scheme and `www.`."""
    plain = " ".join(text.casefold().split())
    if kind != "url":
        return plain
    address = plain.partition("://")[2] if "://" in plain else plain
    return address.removeprefix("www.").rstrip("/")


def guild_ui_fields(language: str | None, ephemeral: bool, taste: str) -> dict[str, str]:
    """What `guild-ui:<guild>` holds; nothing where the gateway's defaults hold."""
    fields = {"locale": language or "", "ephemeral": "1" if ephemeral else "", "taste": taste}
    return {name: value for name, value in fields.items() if value}


def taste_of(allowed_sources: Collection[str] | None, blocklist: Mapping[str, Collection[str]]) -> str:
    """What a guild wants of all that can be found, in short: equal for guilds that want the same, "" for everything."""
    unwanted = {kind: sorted(entries) for kind, entries in sorted(blocklist.items()) if entries}
    if allowed_sources is None and not unwanted:
        return ""
    wanted = None if allowed_sources is None else sorted(allowed_sources)
    return sha256(msgspec.json.encode((wanted, unwanted))).hexdigest()[:TASTE_LENGTH]
