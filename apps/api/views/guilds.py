"""Guilds that a caller may reach, and their settings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.scopes import Scope
from apps.api.commands import carry_out
from apps.api.fields import Body, Flag, Snowflake, Text, Whole
from apps.api.idempotency import command_id_of, part_of
from apps.api.outcomes import pending, refused, shown
from apps.api.setting_orders import BLOCK_KINDS, setting_orders
from apps.api.shapes import CommandShape, GuildShape
from apps.api.view import View
from apps.billing.models import Subscription
from apps.billing.selectors import tier_of
from apps.guilds.selectors import guild_settings_get
from apps.guilds.validation import SNOWFLAKES, SettingRefused, checked_block
from project.wire.desk import BLOCKLIST_MAX, RANGES, SETTINGS, SOURCES

LONGEST_BLOCKED = 500
"""Characters as they are sent; addresses lose their scheme before they are measured."""


def _blocked(help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=Text(max_length=LONGEST_BLOCKED), required=False, max_length=BLOCKLIST_MAX, help_text=help_text
    )


def _within(setting: str) -> Whole:
    low, high = RANGES[setting]
    return Whole(required=False, allow_null=True, min_value=low, max_value=high)


class BlocklistShape(Body):
    """What may not be played; kinds that are not named stay as they are."""

    word = _blocked("Words of titles.")
    url = _blocked("Addresses, or how they begin.")
    artist = _blocked("Artists.")

    def validate(self, attrs: dict[str, list[str]]) -> dict[str, list[str]]:
        """Entries in the form in which they are kept."""
        if not attrs:
            raise serializers.ValidationError("Name a kind.")
        try:
            return {kind: list(dict.fromkeys(checked_block(kind, text) for text in attrs[kind])) for kind in attrs}
        except SettingRefused as refused:
            detail = f"An entry has {refused.low} to {refused.high} characters."
            raise serializers.ValidationError(detail) from refused


class SettingsShape(Body):
    """Null puts a setting back to its default."""

    dj_role_id = Snowflake(required=False, allow_null=True)
    dj_only = Flag(required=False, allow_null=True)
    voteskip_percent = _within("voteskip_percent")
    max_tracks_per_member = _within("max_tracks_per_member")
    default_volume = _within("default_volume")
    leave_after_s = _within("leave_after_s")
    pause_when_empty = Flag(required=False, allow_null=True)
    always_on = Flag(required=False, allow_null=True)
    player_channel_id = Snowflake(required=False, allow_null=True)
    announce_channel_id = Snowflake(required=False, allow_null=True)
    history_days = _within("history_days")
    language = serializers.ChoiceField(["en", "es"], required=False, allow_null=True)
    ephemeral = Flag(required=False, allow_null=True)
    allowed_sources = serializers.ListField(
        child=serializers.ChoiceField(SOURCES),
        required=False,
        allow_null=True,
        min_length=1,
        max_length=len(SOURCES),
        help_text="In place of those that are allowed; null allows all, also those to come.",
    )
    blocklist = BlocklistShape(required=False, allow_null=True, help_text="Each kind in place of what it holds.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Something has to be changed."""
        if not attrs:
            raise serializers.ValidationError("Name what is to change.")
        return attrs


class GuildsView(View):
    """`guilds/`."""

    needs = {"GET": None}

    @extend_schema(operation_id="guild_list", responses=GuildShape(many=True))
    def get(self, request: Request) -> Response:
        """The guilds that you may reach and in which the bot is."""
        rows = {row.guild_id: row for row in Subscription.objects.filter(guild_id__in=list(self.caller.guilds))}
        named = self.caller.guilds.items()
        known = named if self.caller.kind == "token" else [(one, name) for one, name in named if one in rows]
        return Response([_guild(guild_id, name, rows.get(guild_id)) for guild_id, name in known])


class GuildView(View):
    """`guilds/{id}/`."""

    needs = {"GET": None}

    @extend_schema(operation_id="guild_show", responses=GuildShape)
    def get(self, request: Request, guild_id: int) -> Response:
        """One guild."""
        row = Subscription.objects.filter(guild_id=guild_id).first()
        return Response(_guild(guild_id, self.caller.guilds[guild_id], row))


class SettingsView(View):
    """`…/settings`."""

    needs = {"GET": Scope.ADMIN, "PATCH": Scope.ADMIN}

    @extend_schema(operation_id="settings_show", responses=SettingsShape)
    def get(self, request: Request, guild_id: int) -> Response:
        """All settings."""
        return Response(_settings(guild_id))

    @extend_schema(
        operation_id="settings_change", request=SettingsShape, responses={200: SettingsShape, 202: CommandShape}
    )
    def patch(self, request: Request, guild_id: int) -> Response:
        """Set some, all of them or none; then sources and blocklist, one after the other: what is refused ends it."""
        body = SettingsShape(data=request.data)
        body.is_valid(raise_exception=True)
        key, done = command_id_of(request, self.caller), list[dict[str, Any]]()
        for part, order in setting_orders(body.validated_data, guild_settings_get(guild_id)):
            asked = carry_out(self.caller, guild_id, order, command_id=part_of(key, part) if part else key)
            if asked.ended is None:
                return pending(asked.command_id)
            if asked.ended.error:
                problem = refused(asked.ended)
                problem.more["applied"] = done
                raise problem
            done.append(shown(asked.ended))
        return Response(_settings(guild_id))


def _guild(guild_id: int, name: str | None, row: Subscription | None) -> dict[str, Any]:
    return {"id": str(guild_id), "name": name, "tier": tier_of(row).value if row is not None else "FREE"}


def _settings(guild_id: int) -> dict[str, Any]:
    settings = guild_settings_get(guild_id)
    values = {name: getattr(settings, name) for name in SETTINGS}
    plain = {name: str(value) if name in SNOWFLAKES and value is not None else value for name, value in values.items()}
    blocklist = {kind: settings.blocklist.get(kind, []) for kind in BLOCK_KINDS}
    return {**plain, "allowed_sources": settings.allowed_sources, "blocklist": blocklist}
