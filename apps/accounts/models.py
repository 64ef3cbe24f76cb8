"""API tokens and logins, both known only by a hash, and the keys under which programs repeat what they asked."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class ApiToken(models.Model):
    """A program's way to one guild. The token itself was shown once and is nowhere."""

    guild_id = models.BigIntegerField(db_index=True)
    name = models.TextField()
    digest = models.TextField(unique=True)
    """SHA-256 of the token, in hex."""
    hint = models.TextField()
    """Its first characters, by which people tell their tokens apart."""
    scopes = models.JSONField()
    created_by = models.BigIntegerField(null=True)
    """Discord id of who made it; null: an operator did."""
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    """To the minute."""

    class Meta:
        db_table = "api_tokens"
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"token {self.pk} of guild {self.guild_id}"


class Login(models.Model):
    """A person who signed in with Discord, and the guilds that they managed then."""

    user_id = models.BigIntegerField(db_index=True)
    name = models.TextField()
    digest = models.TextField(unique=True)
    """SHA-256 of the login's token, in hex."""
    guilds = models.JSONField()
    """Guild id (as text) -> name, of those they manage. Discord's own token is not kept: the login is short."""
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "logins"

    def __str__(self) -> str:
        return f"login {self.pk} of user {self.user_id}"


class IdempotencyKey(models.Model):
    """What was asked under a key: the same key with another request is a mistake of the program's."""

    command_id = models.TextField(primary_key=True)
    """Made of token and key."""
    fingerprint = models.TextField()
    """SHA-256 of method, path and body, in hex."""
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        db_table = "idempotency_keys"

    def __str__(self) -> str:
        return f"key of command {self.command_id}"
