"""What answers look like, for the schema: views return plain data of these shapes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import serializers

from apps.api.fields import Snowflake

Shape = serializers.Serializer[Any]


class TrackShape(Shape):
    """A track."""

    title = serializers.CharField()
    author = serializers.CharField()
    length_ms = serializers.IntegerField(help_text="0 for a live stream.")
    is_stream = serializers.BooleanField()
    uri = serializers.CharField(allow_null=True)
    artwork_url = serializers.CharField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment] # DRF takes fields off the class


class EntryShape(TrackShape):
    """A track in a guild's queue."""

    id = serializers.IntegerField(help_text="Counted per guild, never used again.")
    requester_id = serializers.CharField()
    requester_name = serializers.CharField(allow_blank=True)
    added_ms = serializers.IntegerField()


class QueuedShape(EntryShape):
    """An entry and where it waits."""

    position = serializers.IntegerField(help_text="Counted from 1.")


class PlayerShape(Shape):
    """A player."""

    rev = serializers.IntegerField(help_text="Grows with every change.")
    current = EntryShape(allow_null=True)
    position_ms = serializers.IntegerField(
        help_text="At `position_at_ms`; it goes on from there at `rate` unless paused."
    )
    position_at_ms = serializers.IntegerField(help_text="Milliseconds since 1970.")
    paused = serializers.BooleanField()
    stopped_by = serializers.CharField(allow_null=True, help_text="Why nothing plays although the queue is kept.")
    voice_channel_id = serializers.CharField(allow_null=True)
    volume = serializers.IntegerField(help_text="Per cent.")
    loop = serializers.ChoiceField(["off", "track", "queue"])
    filters = serializers.ListField(child=serializers.CharField())
    autoplay = serializers.CharField()
    queue_length = serializers.IntegerField()
    rate = serializers.FloatField(help_text="Milliseconds of the track that pass in one: presets and `speed` together.")
    speed = serializers.IntegerField(help_text="Per cent, as a member has set it; the pitch stays.")
    pitch = serializers.IntegerField(help_text="Per cent, as a member has set it; the speed stays.")
    equalizer = serializers.DictField(
        child=serializers.IntegerField(), help_text="Band (1 to 15) to per cent, of those that are not flat."
    )
    fair_queue = serializers.BooleanField(help_text="Those who ask take turns.")


class CommandShape(Shape):
    """A command and how it ended."""

    command_id = serializers.UUIDField()
    status = serializers.ChoiceField(["done", "pending"])
    outcome = serializers.DictField(allow_null=True, help_text="`type` says what happened; the rest depends on it.")
    sentence = serializers.CharField(allow_blank=True, help_text="The same in words, for a minute.")


class ProblemShape(Shape):
    """RFC 9457; further members depend on the reason."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    reason = serializers.CharField(help_text="For programs.")
    detail = serializers.CharField(help_text="For people.")


class GuildShape(Shape):
    """A guild that the caller may reach."""

    id = Snowflake()
    name = serializers.CharField(allow_null=True, help_text="Where it is known.")
    tier = serializers.ChoiceField(["FREE", "BASIC", "PREMIUM", "ENTERPRISE"])


def page_shape(name: str, item: type[Shape]) -> Shape:
    """A page of items and the cursor of the next one."""
    fields = {"items": item(many=True), "next": serializers.CharField(allow_null=True)}
    return inline_serializer(f"{name}Page", fields)


COMMAND = {
    200: OpenApiResponse(CommandShape, description="What happened."),
    202: OpenApiResponse(CommandShape, description="Not done yet: ask at Location."),
}
"""Of what the player carries out."""
