"""A guild's API tokens; only people make and revoke them, so that a leaked one cannot make another."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import ApiToken
from apps.accounts.scopes import Scope
from apps.accounts.selectors import tokens_of
from apps.accounts.services import TooManyTokens, api_token_create, api_token_revoke
from apps.api.fields import Body, Text
from apps.api.known_callers import forget_callers
from apps.api.problems import Problem
from apps.api.view import View

SCOPES = [scope.value for scope in Scope]


class NewToken(Body):
    """What the token may do, and for how long."""

    name = Text(max_length=60, help_text="For people.")
    scopes = serializers.ListField(child=serializers.ChoiceField(SCOPES), min_length=1, max_length=len(SCOPES))
    expires_at = serializers.DateTimeField(required=False, help_text="Without it the token lasts until it is revoked.")

    def validate_expires_at(self, value: Any) -> Any:
        """Not in the past."""
        if value <= timezone.now():
            raise serializers.ValidationError("This is in the past.")
        return value


class TokenShape(serializers.Serializer[Any]):
    """A token, without what opens anything."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    hint = serializers.CharField(help_text="Its first characters.")
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    used_at = serializers.DateTimeField(allow_null=True)


class MadeTokenShape(TokenShape):
    """A token that was just made."""

    token = serializers.CharField(help_text="Shown this once.")


class PersonView(View):
    """Base of the views for people."""

    def check_permissions(self, request: Request) -> None:
        """Raises Problem for programs."""
        super().check_permissions(request)
        if self.caller.kind != "person":
            raise Problem(403, "people_only", "Only people who signed in with Discord may do this.")


class TokensView(PersonView):
    """`…/tokens/`."""

    needs = {"GET": None, "POST": None}

    @extend_schema(operation_id="token_list", responses=TokenShape(many=True))
    def get(self, request: Request, guild_id: int) -> Response:
        """The guild's tokens, the latest first."""
        return Response([_token(token) for token in tokens_of(guild_id)])

    @extend_schema(operation_id="token_create", request=NewToken, responses={201: MadeTokenShape})
    def post(self, request: Request, guild_id: int) -> Response:
        """Make a token; it is shown this once."""
        body = NewToken(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = body.validated_data
        try:
            token, secret = api_token_create(
                guild_id=guild_id,
                name=wanted["name"],
                scopes=[Scope(scope) for scope in wanted["scopes"]],
                created_by=self.caller.user_id,
                expires_at=wanted.get("expires_at"),
            )
        except TooManyTokens as error:
            raise Problem(409, "too_many_tokens", "The guild has all the tokens it may have. Revoke one.") from error
        return Response({**_token(token), "token": secret}, status=201)


class TokenView(PersonView):
    """`…/tokens/{id}`."""

    needs = {"DELETE": None}

    @extend_schema(operation_id="token_revoke", responses={204: None})
    def delete(self, request: Request, guild_id: int, token_id: int) -> Response:
        """Revoke a token: it opens nothing from now on."""
        if not api_token_revoke(guild_id=guild_id, token_id=token_id):
            raise Problem(404, "not_found", "The guild has no such token.")
        forget_callers()
        return Response(status=204)


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "hint": token.hint,
        "scopes": token.scopes,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "used_at": token.used_at,
    }
