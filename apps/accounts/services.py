"""Writes to accounts: tokens and logins are made, shown once, and revoked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import structlog
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import ApiToken, IdempotencyKey, Login
from apps.accounts.scopes import Scope
from apps.accounts.secret import HINT_LENGTH, digest_of, new_secret

log = structlog.get_logger(__name__)

LOGIN_LASTS = timedelta(hours=1)
"""Then the guilds that somebody manages are asked for anew, by a login that Discord does not even show."""
TOKENS_MAX = 50
"""Of one guild."""
KEYS_KEPT = timedelta(days=1)


class TooManyTokens(Exception):
    """The guild has TOKENS_MAX; one has to be revoked first."""


class KeyReused(Exception):
    """The idempotency key was used for another request."""


def api_token_create(
    *, guild_id: int, name: str, scopes: Iterable[Scope], created_by: int | None, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token and its secret, which nobody can be shown again; raises TooManyTokens."""
    if ApiToken.objects.filter(guild_id=guild_id, revoked_at=None).count() >= TOKENS_MAX:
        raise TooManyTokens
    secret = new_secret("guild")
    token = ApiToken.objects.create(
        guild_id=guild_id,
        name=name,
        digest=digest_of(secret),
        hint=secret[:HINT_LENGTH],
        scopes=sorted(set(scopes)),
        created_by=created_by,
        expires_at=expires_at,
    )
    token.refresh_from_db()
    log.info("An API token was made", guild=guild_id, account=token.pk, scopes=token.scopes)
    return token, secret


def api_token_revoke(*, guild_id: int, token_id: int) -> bool:
    """The token opens nothing from now on; whether there was such a one."""
    valid = ApiToken.objects.filter(guild_id=guild_id, pk=token_id, revoked_at=None)
    revoked = bool(valid.update(revoked_at=timezone.now()))
    if revoked:
        log.info("An API token was revoked", guild=guild_id, account=token_id)
    return revoked


def login_create(*, user_id: int, name: str, guilds: Mapping[int, str]) -> tuple[Login, str]:
    """Somebody signed in; the login and its secret. Logins that are over are forgotten."""
    now = timezone.now()
    Login.objects.filter(Q(expires_at__lte=now) | ~Q(revoked_at=None), user_id=user_id).delete()
    secret = new_secret("person")
    login = Login.objects.create(
        user_id=user_id,
        name=name,
        digest=digest_of(secret),
        guilds={str(guild_id): guild for guild_id, guild in guilds.items()},
        expires_at=now + LOGIN_LASTS,
    )
    log.info("Somebody signed in", account=login.pk)
    return login, secret


def login_revoke(*, login_id: int) -> None:
    """Sign out."""
    Login.objects.filter(pk=login_id, revoked_at=None).update(revoked_at=timezone.now())


def idempotency_key_use(*, command_id: str, fingerprint: str) -> None:
    """Note what is asked under a key; raises KeyReused if it was something else in the last KEYS_KEPT."""
    noted = IdempotencyKey(command_id=command_id, fingerprint=fingerprint)
    IdempotencyKey.objects.bulk_create([noted], ignore_conflicts=True)
    known = IdempotencyKey.objects.filter(command_id=command_id).values_list("fingerprint", flat=True).first()
    if known not in (fingerprint, None):  # None: just forgotten, and its command is in table `commands`
        raise KeyReused


def person_forget(*, user_id: int) -> int:
    """Sign a person out everywhere, and forget who made which token; how many rows. The tokens are their guilds'."""
    logins, _ = Login.objects.filter(user_id=user_id).delete()
    return logins + ApiToken.objects.filter(created_by=user_id).update(created_by=None)


def guild_tokens_forget(*, guild_id: int) -> int:
    """Forget the tokens of a guild that is no more, also those that were revoked; how many."""
    return ApiToken.objects.filter(guild_id=guild_id).delete()[0]


def accounts_forget(*, now: datetime | None = None) -> int:
    """Remove logins and keys that are over; how many rows."""
    now = now or timezone.now()
    logins, _ = Login.objects.filter(expires_at__lte=now).delete()
    old_keys, _ = IdempotencyKey.objects.filter(created_at__lt=now - KEYS_KEPT).delete()
    return logins + old_keys
