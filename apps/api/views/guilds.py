"""Guilds that a caller may reach, and their settings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.scopes import Scope
from apps.api.commands import carry_out
from apps.api.fields import Body, Flag, Snowflake, Whole
from apps.api.idempotency import command_id_of
from apps.api.outcomes import pending, shown
from apps.api.shapes import CommandShape, GuildShape
from apps.api.view import View
from apps.billing.models import Subscription
from apps.billing.selectors import tier_of
from apps.guilds.selectors import guild_settings_get
from apps.guilds.validation import SNOWFLAKES
from project.wire.desk import RANGES, SETTINGS, ChangeSettings


def _within(setting: str) -> Whole:
    low, high = RANGES[setting]
    return Whole(required=False, allow_null=True, min_value=low, max_value=high)


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
        """Set some, all of them or none."""
        body = SettingsShape(data=request.data)
        body.is_valid(raise_exception=True)
        order = ChangeSettings(**body.validated_data)
        asked = carry_out(self.caller, guild_id, order, command_id=command_id_of(request, self.caller))
        if asked.ended is None:
            return pending(asked.command_id)
        shown(asked.ended)  # raises where it was refused
        return Response(_settings(guild_id))


def _guild(guild_id: int, name: str | None, row: Subscription | None) -> dict[str, Any]:
    return {"id": str(guild_id), "name": name, "tier": tier_of(row).value if row is not None else "FREE"}


def _settings(guild_id: int) -> dict[str, Any]:
    settings = guild_settings_get(guild_id)
    values = {name: getattr(settings, name) for name in SETTINGS}
    return {name: str(value) if name in SNOWFLAKES and value is not None else value for name, value in values.items()}
