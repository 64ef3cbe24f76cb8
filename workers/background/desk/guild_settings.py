"""What the desk does with a guild's settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, get_args

from apps.billing.selectors import features_get
from apps.guilds.models import GuildSettings
from apps.guilds.selectors import guild_settings_get
from apps.guilds.services import (
    Change,
    allowed_sources,
    guild_blocklist_edit,
    guild_settings_set,
    guild_source_allow,
)
from apps.guilds.validation import SettingRefused
from project.wire.desk import (
    BLOCKLIST_PAGE,
    SETTINGS,
    AllowSource,
    BlockKind,
    ChangeSettings,
    DeskOrder,
    EditBlocklist,
    ShowBlocklist,
    ShowSettings,
)
from project.wire.messages import Command
from workers.background.desk.managers import may_manage
from workers.player.outcomes import Denied
from workers.screen.desk_endings import BlocklistShown, DeskEnding, SettingChange, SettingsEdited, SettingsShown


def show(command: Command, _: ShowSettings) -> DeskEnding:
    """All settings."""
    settings = guild_settings_get(command.guild_id)
    return SettingsShown(
        values={name: getattr(settings, name) for name in SETTINGS},
        sources=tuple(allowed_sources(settings)),
        blocklist={kind: len(entries) for kind, entries in settings.blocklist.items()},
    )


def change(command: Command, order: ChangeSettings) -> DeskEnding:
    """Set or reset some; what the plan does not have is not set."""
    if order.always_on is True and not (plan := features_get(command.guild_id)).always_on:
        return Denied(key="premium.refused.always_on", values={"plan": plan.name})
    return _edited(guild_settings_set(guild_id=command.guild_id, changes=order.given()))


def allow_source(command: Command, order: AllowSource) -> DeskEnding:
    """Allow or forbid where tracks come from."""
    return _edited(guild_source_allow(guild_id=command.guild_id, source=order.source, allowed=order.allowed))


def edit_blocklist(command: Command, order: EditBlocklist) -> DeskEnding:
    """Block something or allow it again."""
    edited = guild_blocklist_edit(guild_id=command.guild_id, action=order.action, kind=order.kind, text=order.text)
    return _edited(edited)


def show_blocklist(command: Command, order: ShowBlocklist) -> DeskEnding:
    """A page of it, in the order in which entries were added; a page that does not exist is the nearest one."""
    blocklist = guild_settings_get(command.guild_id).blocklist
    entries = [(kind, text) for kind in get_args(BlockKind) for text in blocklist.get(kind, ())]
    pages = max(1, -(-len(entries) // BLOCKLIST_PAGE))
    page = min(max(1, order.page), pages)
    first = (page - 1) * BLOCKLIST_PAGE
    return BlocklistShown(
        guild_id=command.guild_id, entries=tuple(entries[first : first + BLOCKLIST_PAGE]), page=page, pages=pages
    )


def _edited(changes: Iterable[Change]) -> SettingsEdited:
    return SettingsEdited(
        changes=tuple(SettingChange(setting=one.setting, before=one.before, after=one.after) for one in changes)
    )


def _for_managers(handler: Callable[[Command, Any], DeskEnding]) -> Callable[[Command, Any], DeskEnding]:
    """Discord shows these commands to managers alone, but a server's integration settings may override that."""

    def guarded(command: Command, order: Any) -> DeskEnding:
        if not may_manage(command.actor):
            return Denied(key="settings.refused.managers")
        try:
            return handler(command, order)
        except SettingRefused as refused:
            option = SETTINGS.get(refused.setting, refused.setting)
            values: dict[str, str | int] = {"option": option, "low": refused.low, "high": refused.high}
            return Denied(key=f"settings.refused.{refused.problem}", values={**values, "detail": refused.detail})

    return guarded


HANDLERS: dict[type[DeskOrder], Callable[[Command, Any], DeskEnding]] = {
    ShowSettings: _for_managers(show),
    ChangeSettings: _for_managers(change),
    AllowSource: _for_managers(allow_source),
    EditBlocklist: _for_managers(edit_blocklist),
    ShowBlocklist: _for_managers(show_blocklist),
}


def language_of(guild_id: int) -> str | None:
    """The language that the guild has chosen."""
    return GuildSettings.objects.filter(guild_id=guild_id).values_list("language", flat=True).first()
