"""What a guild has set; a guild without a row has the defaults, which the database knows as well."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from project.wire.desk import LEAVE_AFTER_S


class GuildSettings(models.Model):
    """One guild's settings. Audio workers read them by hand: workers/adapters/guild_terms.py."""

    guild_id = models.BigIntegerField(primary_key=True)
    dj_role_id = models.BigIntegerField(null=True)
    dj_only = models.BooleanField(default=False, db_default=False)
    voteskip_percent = models.SmallIntegerField(default=50, db_default=50)
    default_volume = models.SmallIntegerField(null=True)
    """Per cent at which a new session begins; null leaves it as it was last."""
    announce_channel_id = models.BigIntegerField(null=True)
    player_channel_id = models.BigIntegerField(null=True)
    language = models.TextField(null=True)
    """Null: each member's own."""
    leave_after_s = models.IntegerField(default=LEAVE_AFTER_S, db_default=LEAVE_AFTER_S)
    pause_when_empty = models.BooleanField(default=False, db_default=False)
    always_on = models.BooleanField(default=False, db_default=False)
    ephemeral = models.BooleanField(default=False, db_default=False)
    """Answers are for the asking member alone."""
    allowed_sources = models.JSONField(null=True)
    """List of source names; null allows all, also those to come."""
    max_tracks_per_member = models.IntegerField(null=True)
    """How many tracks of one member may wait at once."""
    blocklist = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    """Kind (word, url, artist) -> texts, in lower case."""
    history_days = models.SmallIntegerField(default=90, db_default=90)

    class Meta:
        db_table = "guild_settings"

    def __str__(self) -> str:
        return f"settings of guild {self.guild_id}"


class GuildBlock(models.Model):
    """Support has blocked the guild: nothing is played there. Its own table: a block outlives the guild's settings."""

    guild_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    by = models.TextField()
    reason = models.TextField(db_default="")
    """For staff alone; members are never shown it."""

    class Meta:
        db_table = "guild_blocks"

    def __str__(self) -> str:
        return f"block of guild {self.guild_id}"


class GuildPresence(models.Model):
    """Whether the bot is in a guild, by Discord's own word; what is told late or twice does not count back."""

    guild_id = models.BigIntegerField(primary_key=True)
    seen_at = models.DateTimeField()
    """When the gateway last told that the bot is in it."""
    left_at = models.DateTimeField(null=True)
    """Since when it is not; after DEPARTED_KEPT all that is held of the guild is forgotten."""

    class Meta:
        db_table = "guild_presence"
        indexes = [
            models.Index(fields=["left_at"], name="guild_presence_left", condition=models.Q(left_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"presence in guild {self.guild_id}"
