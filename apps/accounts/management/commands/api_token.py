"""`manage.py api_token <guild> <name> --scope player:read …`: makes an API token without anybody signing in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.scopes import ALL_SCOPES, Scope
from apps.accounts.services import TooManyTokens, api_token_create, api_token_revoke


class Command(BaseCommand):
    """Prints the token, this once; or revokes one."""

    help = "Make an API token for a guild (shown once), or revoke one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Guild, name, scopes."""
        parser.add_argument("guild", type=int)
        parser.add_argument("name", nargs="?", default="made by an operator")
        parser.add_argument("--scope", action="append", choices=sorted(ALL_SCOPES), default=[])
        parser.add_argument("--revoke", type=int, metavar="TOKEN_ID", help="revoke this token instead")

    def handle(self, *_args: Any, guild: int, name: str, scope: list[str], revoke: int | None, **_options: Any) -> None:
        """Do it."""
        if revoke is not None:
            if not api_token_revoke(guild_id=guild, token_id=revoke):
                raise CommandError(f"guild {guild} has no such token")
            return
        if not scope:
            raise CommandError("name at least one --scope")
        try:
            _token, secret = api_token_create(guild_id=guild, name=name, scopes=map(Scope, scope), created_by=None)
        except TooManyTokens as error:
            raise CommandError("the guild has all the tokens it may have: revoke one first") from error
        self.stdout.write(secret)
