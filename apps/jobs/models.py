"""What background jobs keep: how each ran, what guilds were told, a row of figures per day, searches, and backups."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


def _empty() -> models.Value:
    return models.Value({}, models.JSONField())


class JobRun(models.Model):
    """How a job ran lately. It is kept here and not in a process: workers come and go, and lateness must be true."""

    job = models.TextField(primary_key=True)
    known_since = models.DateTimeField(db_default=Now())
    """From here its lateness counts until it has ended well once."""
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    took_s = models.FloatField(null=True)
    """Of the last run that ended, well or not."""
    runs = models.JSONField(default=dict, db_default=_empty())
    """Outcome (apps.jobs.services.Outcome) -> how many runs ended so."""
    last_word = models.TextField(default="", db_default="")
    """What the last run returned, or the kind of its error; never anybody's data."""

    class Meta:
        db_table = "job_runs"
        ordering = ["job"]

    def __str__(self) -> str:
        return self.job


class Notice(models.Model):
    """Something that a guild is told once: `kind` and `period` say about what."""

    guild_id = models.BigIntegerField()
    kind = models.TextField()
    period = models.TextField()
    """What a repetition is told by: a month, the day on which a payment failed, a subscription's id."""
    values = models.JSONField(default=dict, db_default=_empty())
    """What the sentence names."""
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    given_up = models.BooleanField(default=False, db_default=False)
    """There was nowhere to tell it until nobody wanted to know any more."""

    class Meta:
        db_table = "notices"
        constraints = [models.UniqueConstraint(fields=["guild_id", "kind", "period"], name="notices_once")]
        indexes = [
            models.Index(
                fields=["id"], name="notices_unsent", condition=models.Q(sent_at__isnull=True, given_up=False)
            ),
            models.Index(fields=["created_at"], name="notices_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to guild {self.guild_id}"


class DailyFigures(models.Model):
    """What happened on a day (UTC), for people who ask about last month after the rows themselves are gone."""

    day = models.DateField(primary_key=True)
    tracks = models.IntegerField()
    """Began; without those that were forgotten before the day was counted, in the hour after midnight."""
    guilds = models.IntegerField()
    """In which a track began or a command was carried out."""
    commands = models.JSONField(default=dict, db_default=_empty())
    """Kind of outcome -> how many commands."""
    p95_ms = models.IntegerField(null=True)
    """From a command's receipt to its commit, 95th percentile; null on a day without commands."""
    counted_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "daily_figures"
        ordering = ["-day"]
        verbose_name_plural = "daily figures"

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class Search(models.Model):
    """Words that members searched for, without whose they were; what is asked often is offered again after a loss."""

    words = models.TextField(primary_key=True)
    times = models.IntegerField(default=1, db_default=1)
    """How many looks at the cache (every few minutes) have found it there."""
    seen_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        db_table = "searches"
        verbose_name_plural = "searches"

    def __str__(self) -> str:
        return self.words


class Backup(models.Model):
    """A backup that was finished. The backup job writes the row itself, last, with psql."""

    finished_at = models.DateTimeField(db_default=Now(), db_index=True)
    size_bytes = models.BigIntegerField()
    name = models.TextField()
    sha256 = models.TextField()

    class Meta:
        db_table = "backups"
        ordering = ["-finished_at"]

    def __str__(self) -> str:
        return self.name
