"""The player: what it does, and having it do something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.scopes import Scope
from apps.api.commands import carry_out
from apps.api.fields import Body, Flag, Snowflake, Whole
from apps.api.idempotency import command_id_of, part_of
from apps.api.outcomes import answer, pending, refused, shown
from apps.api.shapes import COMMAND, CommandShape, PlayerShape
from apps.api.view import View
from apps.playback.selectors import player_seen
from project.wire.guild_events import PlayerChanged
from project.wire.messages import (
    Order,
    Pause,
    Previous,
    Resume,
    Seek,
    SetFilters,
    SetLoop,
    SetVolume,
    Skip,
    Stop,
)

SO_ALREADY = {"already_paused", "not_paused"}
"""Refusals of a pause or a resume that mean: it is as was asked."""
LONGEST_MS = 7 * 24 * 3_600_000


class PlayerChange(Body):
    """At least one member; all others stay as they are."""

    paused = Flag(required=False)
    volume = Whole(required=False, min_value=0, max_value=200, help_text="Per cent; the plan may allow less.")
    loop = serializers.ChoiceField(["off", "track", "queue"], required=False)
    filters = serializers.ListField(
        child=serializers.RegexField(r"^[a-z0-9]{1,20}$"),
        required=False,
        max_length=10,
        help_text="Names of presets, in place of those that are on; [] for none.",
    )
    position_ms = Whole(required=False, min_value=0, max_value=LONGEST_MS)
    voice_channel_id = Snowflake(
        required=False, help_text="With `paused: false`: where to go on if the bot is in no voice channel."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Something has to be changed."""
        if not attrs:
            raise serializers.ValidationError("Name what is to change.")
        if "voice_channel_id" in attrs and attrs.get("paused") is not False:
            raise serializers.ValidationError({"voice_channel_id": ["It goes with `paused: false`."]})
        return attrs


class SkipBody(Body):
    """Which track is meant."""

    entry = Whole(
        required=False, min_value=1, max_value=2**53, help_text="Id of the entry; without one what plays now."
    )


class ChangedPlayer(serializers.Serializer[Any]):
    """The player afterwards, and what was done."""

    player = PlayerShape()
    commands = CommandShape(many=True)


class PlayerView(View):
    """`…/player`."""

    needs = {"GET": Scope.PLAYER_READ, "PATCH": Scope.PLAYER_CONTROL}

    @extend_schema(operation_id="player_show", responses=PlayerShape)
    def get(self, request: Request, guild_id: int) -> Response:
        """What the player does now."""
        return Response(msgspec.to_builtins(player_seen(guild_id)))

    @extend_schema(
        operation_id="player_change", request=PlayerChange, responses={200: ChangedPlayer, 202: CommandShape}
    )
    def patch(self, request: Request, guild_id: int) -> Response:
        """Pause, volume, loop, filters, position. Done one after the other; the first that is refused ends it."""
        body = PlayerChange(data=request.data)
        body.is_valid(raise_exception=True)
        key = command_id_of(request, self.caller)
        channel = body.validated_data.get("voice_channel_id")
        done: list[dict[str, Any]] = []
        for part, order in _orders(body.validated_data, player_seen(guild_id)):
            where = channel if isinstance(order, Resume) else None
            asked = carry_out(self.caller, guild_id, order, command_id=part_of(key, part), voice_channel_id=where)
            if asked.ended is None:
                return pending(asked.command_id)
            if not asked.ended.error:
                done.append(shown(asked.ended))
            elif asked.ended.outcome.get("reason") not in SO_ALREADY:
                problem = refused(asked.ended)
                problem.more["applied"] = done
                raise problem
        return Response({"player": msgspec.to_builtins(player_seen(guild_id)), "commands": done})


def _orders(wanted: dict[str, Any], now: PlayerChanged) -> Iterator[tuple[str, Order]]:
    """What has to be ordered, with a name that tells one part from another."""
    if "filters" in wanted:
        yield from _filter_orders(wanted["filters"], now.filters)
    if "volume" in wanted:
        yield "volume", SetVolume(level=wanted["volume"])
    if "loop" in wanted:
        yield "loop", SetLoop(mode=wanted["loop"])
    if "position_ms" in wanted:
        yield "position", Seek(to_ms=wanted["position_ms"])
    if "paused" in wanted:
        yield "paused", Pause() if wanted["paused"] else Resume()


def _filter_orders(wanted: list[str], on: tuple[str, ...]) -> Iterator[tuple[str, Order]]:
    if not wanted and on:
        yield "filters off", SetFilters(preset="off")
        return
    for preset in on:
        if preset not in wanted:
            yield f"filter {preset} off", SetFilters(preset=preset, on=False)
    for preset in dict.fromkeys(wanted):
        if preset not in on:
            yield f"filter {preset} on", SetFilters(preset=preset, on=True)


class OrderView(View):
    """Base of the views that have the player do one thing."""

    needs = {"POST": Scope.PLAYER_CONTROL}

    def order(self, request: Request, guild_id: int, order: Order) -> Response:
        """Have it done."""
        key = command_id_of(request, self.caller)
        return answer(carry_out(self.caller, guild_id, order, command_id=key))


class Nothing(Body):
    """No members."""


class SkipView(OrderView):
    """`…/player/skip`."""

    @extend_schema(operation_id="player_skip", request=SkipBody, responses=COMMAND)
    def post(self, request: Request, guild_id: int) -> Response:
        """End the current track; the next one plays."""
        body = SkipBody(data=request.data)
        body.is_valid(raise_exception=True)
        return self.order(request, guild_id, Skip(entry=body.validated_data.get("entry")))


class PreviousView(OrderView):
    """`…/player/previous`."""

    @extend_schema(operation_id="player_previous", request=Nothing, responses=COMMAND)
    def post(self, request: Request, guild_id: int) -> Response:
        """Play the track before once more."""
        Nothing(data=request.data).is_valid(raise_exception=True)
        return self.order(request, guild_id, Previous())


class StopView(OrderView):
    """`…/player/stop`."""

    @extend_schema(operation_id="player_stop", request=Nothing, responses=COMMAND)
    def post(self, request: Request, guild_id: int) -> Response:
        """Clear the queue and leave the voice channel."""
        Nothing(data=request.data).is_valid(raise_exception=True)
        return self.order(request, guild_id, Stop())
