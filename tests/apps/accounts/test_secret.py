"""What a token looks like, and that only its hash is kept."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from apps.accounts.models import ApiToken
from apps.accounts.scopes import Scope
from apps.accounts.secret import digest_of, kind_of, new_secret
from apps.accounts.selectors import TokenRefused, caller_of
from apps.accounts.services import TOKENS_MAX, TooManyTokens, api_token_create, api_token_revoke

GUILD = 3 << 22


def test_a_token_has_256_random_bits_behind_its_prefix() -> None:
    made = {new_secret("guild") for _ in range(100)}
    assert len(made) == 100
    assert {len(secret.removeprefix("segue_g_")) for secret in made} == {43}


@pytest.mark.parametrize("text", ["", "segue_g_", "segue_x_" + "a" * 43, "segue_g_" + "a" * 43 + "\n", "ü" * 51])
def test_what_is_no_token_is_not_looked_up(text: str) -> None:
    assert kind_of(text) is None


@pytest.mark.django_db
def test_only_the_hash_is_kept() -> None:
    token, secret = api_token_create(guild_id=GUILD, name="Robot", scopes=[Scope.PLAYER_READ], created_by=1)
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert row["digest"] == digest_of(secret)
    assert secret not in str(row)
    assert secret.startswith(row["hint"])


@pytest.mark.django_db
def test_a_tokens_use_is_noted() -> None:
    token, secret = api_token_create(guild_id=GUILD, name="Robot", scopes=[Scope.PLAYER_READ], created_by=1)
    assert caller_of(secret).guilds == {GUILD: None}
    token.refresh_from_db()
    assert token.used_at is not None


@pytest.mark.django_db
def test_a_guild_has_so_many_tokens_and_not_more() -> None:
    made = [api_token_create(guild_id=GUILD, name="R", scopes=[Scope.ADMIN], created_by=1) for _ in range(TOKENS_MAX)]
    with pytest.raises(TooManyTokens):
        api_token_create(guild_id=GUILD, name="R", scopes=[Scope.ADMIN], created_by=1)
    assert api_token_revoke(guild_id=GUILD, token_id=made[0][0].pk)
    api_token_create(guild_id=GUILD, name="R", scopes=[Scope.ADMIN], created_by=1)


@pytest.mark.django_db
def test_an_operator_makes_and_revokes_a_token_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("api_token", str(GUILD), "Robot", "--scope", "player:read")
    secret = capsys.readouterr().out.splitlines()[-1]
    assert caller_of(secret).scopes == {Scope.PLAYER_READ}
    call_command("api_token", str(GUILD), "--revoke", str(ApiToken.objects.get().pk))
    with pytest.raises(TokenRefused):
        caller_of(secret)
