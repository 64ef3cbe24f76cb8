"""What members keep, by their Discord id: it is theirs in every guild, and goes when they ask for it.

A track lies here as in `queue_entries`: the JSON of workers.player.track.Track. Defaults live in the database, because
the audio workers write the history by hand (workers/adapters/player_sql.py).
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower, Now


class Playlist(models.Model):
    """Tracks that a member has named."""

    owner_id = models.BigIntegerField()
    owner_name = models.TextField(db_default="")
    """As the guild called the owner when it was shared or made; others read it."""
    name = models.TextField()
    guild_id = models.BigIntegerField()
    """Where it was made."""
    shared_guild_id = models.BigIntegerField(null=True)
    """Whose members may play it; null: nobody else's."""
    share_code = models.TextField(null=True, unique=True)
    """Who knows it may play it, anywhere; not to be guessed."""
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "playlists"
        constraints = [models.UniqueConstraint("owner_id", Lower("name"), name="playlists_owner_name")]
        indexes = [
            models.Index(
                "shared_guild_id",
                Lower("name"),
                name="playlists_shared",
                condition=models.Q(shared_guild_id__isnull=False),
            ),
            models.Index(fields=["guild_id"], name="playlists_guild"),
        ]

    def __str__(self) -> str:
        return f"playlist {self.pk} of member {self.owner_id}"


class PlaylistTrack(models.Model):
    """One track of a playlist; `rank` orders them and leaves holes where some were taken out."""

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="tracks", db_index=False)
    rank = models.BigIntegerField()
    track = models.JSONField()

    class Meta:
        db_table = "playlist_tracks"
        constraints = [models.UniqueConstraint(fields=["playlist", "rank"], name="playlist_tracks_order")]

    def __str__(self) -> str:
        return f"track {self.rank} of playlist {self.playlist_id}"


class Favourite(models.Model):
    """A track that a member likes; the later ones have the higher rank."""

    member_id = models.BigIntegerField()
    identity = models.TextField()
    """Source and the source's own id, so that the same track is kept once."""
    rank = models.BigIntegerField()
    track = models.JSONField()
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "favourites"
        constraints = [models.UniqueConstraint(fields=["member_id", "identity"], name="favourites_member_track")]
        indexes = [models.Index(fields=["member_id", "rank"], name="favourites_order")]

    def __str__(self) -> str:
        return f"favourite {self.rank} of member {self.member_id}"


class HistoryEntry(models.Model):
    """A track that began in a guild, and for whom. Written by the statement that saves that it began."""

    guild_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    member_name = models.TextField(db_default="")
    track = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "history"
        indexes = [
            models.Index(fields=["guild_id", "-at", "-id"], name="history_guild_recent"),
            models.Index(fields=["member_id", "-at", "-id"], name="history_member_recent"),
        ]

    def __str__(self) -> str:
        return f"track of {self.at} in guild {self.guild_id}"
