"""Reads of accounts: who a bearer token speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import ApiToken, Login
from apps.accounts.scopes import ALL_SCOPES, Scope
from apps.accounts.secret import digest_of, kind_of

Account = TypeVar("Account", ApiToken, Login)
Problem = Literal["unknown", "expired", "revoked"]

NOTED_EVERY = timedelta(minutes=1)
"""A token's use is written down no more often."""


class TokenRefused(Exception):
    """The token opens nothing; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a program with a token of one guild, or a person with the guilds that they manage."""

    kind: Literal["token", "person"]
    account_id: int
    """Of the token or the login."""
    user_id: int
    """Discord's; 0 for a token that an operator made."""
    name: str
    scopes: frozenset[Scope]
    guilds: Mapping[int, str | None] = field(default_factory=dict)
    """Id -> name where it is known."""

    is_authenticated = True
    """Django asks so."""

    @property
    def identity(self) -> str:
        """The same for every request of a token or a person."""
        return f"token:{self.account_id}" if self.kind == "token" else f"person:{self.user_id}"


def caller_of(secret: str, now: datetime | None = None) -> Caller:
    """Who asks with this token; raises TokenRefused."""
    now = now or timezone.now()
    match kind_of(secret):
        case "guild":
            return _program(_valid(ApiToken.objects.filter(digest=digest_of(secret)).first(), now), now)
        case "person":
            return _person(_valid(Login.objects.filter(digest=digest_of(secret)).first(), now))
        case _:
            raise TokenRefused("unknown")


def tokens_of(guild_id: int) -> QuerySet[ApiToken]:
    """A guild's tokens that were not revoked, the latest first."""
    return ApiToken.objects.filter(guild_id=guild_id, revoked_at=None).order_by("-id")


def _valid(account: Account | None, now: datetime) -> Account:
    if account is None:
        raise TokenRefused("unknown")
    if account.revoked_at is not None:
        raise TokenRefused("revoked")
    ends: datetime | None = account.expires_at
    if ends is not None and ends <= now:
        raise TokenRefused("expired")
    return account


def _program(token: ApiToken, now: datetime) -> Caller:
    if token.used_at is None or token.used_at < now - NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
    return Caller(
        kind="token",
        account_id=token.pk,
        user_id=token.created_by or 0,
        name=token.name,
        scopes=frozenset(Scope(scope) for scope in token.scopes),
        guilds={token.guild_id: None},
    )


def _person(login: Login) -> Caller:
    return Caller(
        kind="person",
        account_id=login.pk,
        user_id=login.user_id,
        name=login.name,
        scopes=ALL_SCOPES,
        guilds={int(guild_id): name for guild_id, name in login.guilds.items()},
    )
