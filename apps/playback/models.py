"""The durable truth about every guild's player; Django owns the schema, the audio workers write it by hand.

Redis may be emptied at any time: whatever must survive lies here. Column defaults live in the database, so that an
operator's SQL and the workers' statements need not name every column.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Slot(models.Model):
    """A partition of guilds. Raising `epoch` fences every write of the owner before (DESIGN §2)."""

    slot = models.IntegerField(primary_key=True)
    epoch = models.BigIntegerField(db_default=0)
    owner = models.TextField(db_default="")

    class Meta:
        db_table = "slots"

    def __str__(self) -> str:
        return f"slot {self.slot} (epoch {self.epoch})"


class SlotSession(models.Model):
    """The Lavalink session of a slot on a node; whoever owns the slot next resumes it."""

    slot = models.IntegerField()
    node = models.TextField()
    session_id = models.TextField()

    class Meta:
        db_table = "slot_sessions"
        constraints = [models.UniqueConstraint(fields=["slot", "node"], name="slot_sessions_slot_node")]

    def __str__(self) -> str:
        return f"slot {self.slot} on {self.node}"


class Player(models.Model):
    """The desired state of one guild's player."""

    guild_id = models.BigIntegerField(primary_key=True)
    rev = models.BigIntegerField(db_default=0)
    next_entry = models.BigIntegerField(db_default=1)
    voice_channel_id = models.BigIntegerField(null=True)
    text_channel_id = models.BigIntegerField(null=True)
    current_entry = models.BigIntegerField(null=True)
    position_ms = models.BigIntegerField(db_default=0)
    position_at_ms = models.BigIntegerField(db_default=0)
    paused = models.BooleanField(db_default=False)
    volume = models.IntegerField(db_default=100)
    loop = models.TextField(db_default="off")
    filters = models.JSONField(db_default=models.Value({}, models.JSONField()))
    autoplay = models.TextField(db_default="off")
    follow_up = models.BigIntegerField(null=True)
    fair_queue = models.BooleanField(db_default=False)
    stopped_by = models.TextField(null=True)
    locale = models.TextField(db_default="en")
    screen_channel_id = models.BigIntegerField(null=True)
    screen_message_id = models.BigIntegerField(null=True)
    votes = models.JSONField(db_default=models.Value([], models.JSONField()))
    empty_since_ms = models.BigIntegerField(null=True)
    paused_when_empty = models.BooleanField(db_default=False)

    class Meta:
        db_table = "players"
        indexes = [
            # What a new owner of a slot loads: few among all guilds that ever played something.
            models.Index(
                fields=["guild_id"],
                name="players_present",
                condition=models.Q(voice_channel_id__isnull=False) | models.Q(current_entry__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"player of guild {self.guild_id}"


class QueueEntry(models.Model):
    """A track of a guild: queued, current, or remembered as played. `rank` orders each of the three."""

    guild_id = models.BigIntegerField()
    entry = models.BigIntegerField()
    rank = models.BigIntegerField()
    status = models.TextField(db_default="queued")
    track = models.JSONField()
    requester_id = models.BigIntegerField()
    requester_name = models.TextField(db_default="")
    added_ms = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "queue_entries"
        constraints = [models.UniqueConstraint(fields=["guild_id", "entry"], name="queue_entries_guild_entry")]
        indexes = [models.Index(fields=["guild_id", "status", "rank"], name="queue_entries_order")]

    def __str__(self) -> str:
        return f"entry {self.entry} of guild {self.guild_id}"


class Command(models.Model):
    """A command that was carried out, with its outcome; its id makes it happen once."""

    id = models.TextField(primary_key=True)
    guild_id = models.BigIntegerField()
    kind = models.TextField()
    actor = models.JSONField()
    outcome = models.JSONField()
    at = models.DateTimeField(db_default=Now())
    took_ms = models.IntegerField(null=True)
    """From receipt (Redis's clock) to when it was recorded; null where the receipt is not known."""

    class Meta:
        db_table = "commands"
        indexes = [models.Index(fields=["guild_id", "-at"], name="commands_guild_recent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class NodeDrain(models.Model):
    """Staff wish guilds to leave a node, and no new ones to come, until the row is deleted."""

    node = models.TextField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    by = models.TextField()
    reason = models.TextField(db_default="")

    class Meta:
        db_table = "node_drains"

    def __str__(self) -> str:
        return f"drain of {self.node}"


class PlaybackError(models.Model):
    """Something that kept a guild from being heard. The audio workers keep the newest ERRORS_KEPT of each guild."""

    guild_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())
    kind = models.TextField()
    title = models.TextField(db_default="")
    uri = models.TextField(null=True)
    detail = models.TextField(db_default="")
    close_code = models.IntegerField(null=True)
    """Of Discord's voice gateway."""
    node = models.TextField(db_default="")

    class Meta:
        db_table = "playback_errors"
        indexes = [models.Index(fields=["guild_id", "-id"], name="playback_errors_recent")]

    def __str__(self) -> str:
        return f"{self.kind} in guild {self.guild_id}"
