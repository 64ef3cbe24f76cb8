"""What each setting may be. Slash options bound the same values, but a client may send what it likes."""

from __future__ import annotations

from typing import Any, Literal, get_args

from apps.guilds.models import GuildSettings
from project.wire.desk import BLOCKED_LENGTH, RANGES, SETTINGS, BlockKind, Language, blocked_form

Problem = Literal[
    "range", "form", "unknown", "nothing", "everyone", "already_blocked", "not_blocked", "blocklist_full", "no_source"
]

FLAGS = frozenset({"dj_only", "pause_when_empty", "always_on", "ephemeral"})
SNOWFLAKES = frozenset({"dj_role_id", "announce_channel_id", "player_channel_id"})


class SettingRefused(Exception):
    """Nothing was changed. `problem` names the sentence, the rest fills it."""

    def __init__(self, problem: Problem, setting: str = "", *, low: int = 0, high: int = 0, detail: str = "") -> None:
        super().__init__(f"{setting or 'settings'}: {problem}")
        self.problem, self.setting, self.low, self.high, self.detail = problem, setting, low, high, detail


def checked(setting: str, value: Any) -> Any:
    """The value to store, for null the default; raises SettingRefused."""
    if setting not in SETTINGS:
        raise SettingRefused("unknown", setting)
    if value is None:
        return getattr(GuildSettings(), setting)
    if setting in RANGES:
        low, high = RANGES[setting]
        if not _is_whole(value) or not low <= value <= high:
            raise SettingRefused("range", setting, low=low, high=high)
    elif not _has_form(setting, value):
        raise SettingRefused("form", setting)
    return value


def checked_block(kind: str, text: str) -> str:
    """A blocklist entry in the form in which it is stored and compared; raises SettingRefused."""
    if kind not in get_args(BlockKind):
        raise SettingRefused("unknown", kind)
    entry = blocked_form(kind, text)
    low, high = BLOCKED_LENGTH
    if not low <= len(entry) <= high:
        raise SettingRefused("range", "blocklist", low=low, high=high)
    return entry


def _has_form(setting: str, value: Any) -> bool:
    if setting in FLAGS:
        return isinstance(value, bool)
    if setting in SNOWFLAKES:
        return _is_whole(value) and 0 < value < 2**63
    return value in get_args(Language)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
