"""Writes to a guild's settings: validated, and made known to every process once they are committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction

from apps.guilds.announcement import announce, announce_block
from apps.guilds.models import GuildBlock, GuildSettings
from apps.guilds.validation import SettingRefused, checked, checked_block
from project.wire.desk import BLOCKLIST_MAX, SOURCES, BlockKind


@dataclass(frozen=True, slots=True)
class Change:
    """One setting, from what to what."""

    setting: str
    before: Any
    after: Any


def guild_settings_set(*, guild_id: int, changes: Mapping[str, Any]) -> tuple[Change, ...]:
    """Set several settings at once, all or none; null means the default. Returns what differs from before.

    Raises SettingRefused. Other processes hear of it when the surrounding transaction is committed.
    """
    if not changes:
        raise SettingRefused("nothing")
    wanted = {name: checked(name, value) for name, value in changes.items()}
    if wanted.get("dj_role_id") == guild_id:
        # @everyone has the guild's id, and Discord never lists it among a member's roles.
        raise SettingRefused("everyone", "dj_role_id")
    with transaction.atomic():
        settings = _locked(guild_id)
        compared = (Change(name, getattr(settings, name), value) for name, value in wanted.items())
        changed = tuple(change for change in compared if change.before != change.after)
        for change in changed:
            setattr(settings, change.setting, change.after)
        _save(settings, [change.setting for change in changed])
    return changed


def guild_source_allow(*, guild_id: int, source: str, allowed: bool) -> tuple[Change, ...]:
    """Allow or forbid a source of tracks; the last one that is allowed cannot be forbidden."""
    if source not in SOURCES:
        raise SettingRefused("unknown", source)
    with transaction.atomic():
        settings = _locked(guild_id)
        before = allowed_sources(settings)
        after = [name for name in SOURCES if (allowed if name == source else name in before)]
        if not after:
            raise SettingRefused("no_source")
        if after == before:
            return ()
        settings.allowed_sources = None if len(after) == len(SOURCES) else after
        _save(settings, ["allowed_sources"])
    return (Change("allowed_sources", before, after),)


def guild_blocklist_edit(
    *, guild_id: int, action: Literal["add", "remove"], kind: BlockKind, text: str
) -> tuple[Change, ...]:
    """Add an entry to the blocklist or take it off; a change's before and after are the entries of that kind."""
    entry = checked_block(kind, text)
    with transaction.atomic():
        settings = _locked(guild_id)
        before = list(settings.blocklist.get(kind, []))
        if action == "remove" and entry not in before:
            raise SettingRefused("not_blocked", detail=text)
        if action == "add" and entry in before:
            raise SettingRefused("already_blocked", detail=text)
        if action == "add" and sum(map(len, settings.blocklist.values())) >= BLOCKLIST_MAX:
            raise SettingRefused("blocklist_full", high=BLOCKLIST_MAX)
        after = [*before, entry] if action == "add" else [one for one in before if one != entry]
        settings.blocklist = {**settings.blocklist, kind: after}
        _save(settings, ["blocklist"])
    return (Change(f"blocklist.{kind}", before, after),)


def guild_block(*, guild_id: int, by: str, reason: str) -> bool:
    """Refuse the guild's commands from now on, stop its music and leave its voice channel, all within some seconds.

    False: it is blocked already, and stays as it was. `reason` is for staff alone.
    """
    with transaction.atomic():
        _, made = GuildBlock.objects.get_or_create(guild_id=guild_id, defaults={"by": by, "reason": reason})
        transaction.on_commit(lambda: announce_block(guild_id))
    return made


def guild_unblock(*, guild_id: int) -> bool:
    """Serve the guild again; `/resume` brings back what played. False: it was not blocked."""
    with transaction.atomic():
        deleted, _ = GuildBlock.objects.filter(guild_id=guild_id).delete()
        transaction.on_commit(lambda: announce_block(guild_id))
    return deleted > 0


def allowed_sources(settings: GuildSettings) -> list[str]:
    """By name, in our order."""
    return [name for name in SOURCES if settings.allowed_sources is None or name in settings.allowed_sources]


def _locked(guild_id: int) -> GuildSettings:
    """The guild's row, made if it has none: nobody else changes it before the transaction ends."""
    GuildSettings.objects.bulk_create([GuildSettings(guild_id=guild_id)], ignore_conflicts=True)
    return GuildSettings.objects.select_for_update().get(guild_id=guild_id)


def _save(settings: GuildSettings, fields: Sequence[str]) -> None:
    if fields:
        settings.save(update_fields=fields)
        transaction.on_commit(lambda: announce(settings))
