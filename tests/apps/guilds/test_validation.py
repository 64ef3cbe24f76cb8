"""Every setting says what it may be, whatever a client sends."""

from __future__ import annotations

from typing import Any

import pytest

from apps.guilds.models import GuildSettings
from apps.guilds.validation import SettingRefused, checked, checked_block
from project.wire.desk import RANGES, SETTINGS, blocked_form


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("dj_role_id", 5),
        ("dj_only", True),
        ("default_volume", 200),
        ("language", "es"),
        ("leave_after_s", 0),
        ("pause_when_empty", False),
        ("always_on", True),
        ("player_channel_id", 5),
        ("ephemeral", True),
        ("max_tracks_per_member", 1),
        ("voteskip_percent", 100),
        ("announce_channel_id", 2**63 - 1),
    ],
)
def test_a_value_that_fits_is_taken_as_it_is(setting: str, value: Any) -> None:
    assert checked(setting, value) == value


@pytest.mark.parametrize(
    ("setting", "value", "problem"),
    [
        ("dj_role_id", 0, "form"),
        ("dj_role_id", 2**63, "form"),
        ("dj_role_id", True, "form"),
        ("dj_only", 1, "form"),
        ("default_volume", 0, "range"),
        ("default_volume", 201, "range"),
        ("default_volume", "loud", "range"),
        ("language", "fr", "form"),
        ("language", [], "form"),
        ("leave_after_s", 3601, "range"),
        ("leave_after_s", -1, "range"),
        ("leave_after_s", True, "range"),
        ("max_tracks_per_member", 0, "range"),
        ("voteskip_percent", 0, "range"),
        ("voteskip_percent", 101, "range"),
        ("blocklist", {}, "unknown"),
        ("guild_id", 1, "unknown"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(setting: str, value: Any, problem: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        checked(setting, value)
    assert (refused.value.problem, refused.value.setting) == (problem, setting)


def test_a_refused_number_names_its_limits() -> None:
    with pytest.raises(SettingRefused) as refused:
        checked("leave_after_s", 9_999)
    assert (refused.value.low, refused.value.high) == RANGES["leave_after_s"]


@pytest.mark.parametrize("setting", SETTINGS)
def test_null_means_the_default(setting: str) -> None:
    assert checked(setting, None) == getattr(GuildSettings(), setting)


@pytest.mark.parametrize(
    ("kind", "text", "form"),
    [
        ("word", "  Never   Gonna ", "never gonna"),
        ("artist", "RICK Astley", "rick astley"),
        ("url", "https://www.Example.com/Watch?v=1", "example.com/watch?v=1"),
        ("url", "www.example.com/", "example.com"),
    ],
)
def test_blocklist_entries_have_one_form(kind: str, text: str, form: str) -> None:
    assert blocked_form(kind, text) == checked_block(kind, text) == form


@pytest.mark.parametrize("text", ["", "x", "https://", "y" * 101])
def test_a_blocklist_entry_that_would_block_all_or_nothing_is_refused(text: str) -> None:
    with pytest.raises(SettingRefused):
        checked_block("url", text)
