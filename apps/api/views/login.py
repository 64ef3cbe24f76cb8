"""Signing in with Discord. The answer is a bearer token like a program's, so no cookie ever carries authority."""

from __future__ import annotations

import secrets
from typing import Any

from django.core import signing
from django.http import HttpResponseRedirect
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.discord_login import (
    DiscordAway,
    DiscordRefused,
    authorize_url,
    is_available,
    new_verifier,
    sign_in,
)
from apps.accounts.services import login_create, login_revoke
from apps.api.known_callers import forget_callers
from apps.api.problems import Problem
from apps.api.view import View
from apps.api.views.me import export_file
from apps.api.views.tokens import PersonView
from project import settings

COOKIE = "segue_login"
PATH = "/api/v1/login"
CALLBACK = settings.PUBLIC_URL + PATH + "/callback"
EXPORT = "export"
"""As `then`: what the person wants is their data and no token."""
MINUTES = 10
"""For agreeing at Discord."""


class LoginShape(serializers.Serializer[Any]):
    """A login."""

    token = serializers.CharField(help_text="Bearer token, shown this once.")
    expires_at = serializers.DateTimeField()
    user_id = serializers.CharField()
    name = serializers.CharField()
    guild_ids = serializers.ListField(child=serializers.CharField(), help_text="Of the guilds that you manage.")


class OpenView(View):
    """Base of the views for those who have no token yet."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()


class LoginView(OpenView):
    """`login`."""

    @extend_schema(
        operation_id="login",
        auth=[],
        parameters=[OpenApiParameter("then", str, enum=[EXPORT], description="Download your data, and no login.")],
        responses={302: OpenApiResponse(description="To Discord.")},
    )
    def get(self, request: Request) -> HttpResponseRedirect:
        """Go to Discord and agree."""
        if not is_available():
            detail = "Nobody can sign in here: DISCORD_CLIENT_SECRET is not set. Tell whoever runs the bot."
            raise Problem(503, "login_unavailable", detail)
        begun = {"state": secrets.token_urlsafe(24), "verifier": new_verifier()}
        response = HttpResponseRedirect(authorize_url(**begun, redirect_uri=CALLBACK))
        if request.query_params.get("then") == EXPORT:
            begun["then"] = EXPORT
        response.set_cookie(
            COOKIE,
            signing.dumps(begun, salt=COOKIE),
            max_age=MINUTES * 60,
            path=PATH,
            secure=CALLBACK.startswith("https:"),
            httponly=True,
            samesite="Lax",
        )
        return response


class CallbackView(OpenView):
    """`login/callback`."""

    @extend_schema(
        operation_id="login_callback",
        auth=[],
        parameters=[OpenApiParameter(name, str) for name in ("code", "state", "error")],
        responses=LoginShape,
    )
    def get(self, request: Request) -> Response:
        """Where Discord sends people back to."""
        begun = _begun(request)
        if "error" in request.query_params:
            raise Problem(403, "login_declined", "You did not agree at Discord.")
        code, state = request.query_params.get("code", ""), request.query_params.get("state", "")
        if not secrets.compare_digest(state.encode(), begun["state"].encode()) or not 1 <= len(code) <= 200:
            raise Problem(422, "login_state", "This login was not begun here. Begin again.")
        try:
            person = sign_in(code=code, verifier=begun["verifier"], redirect_uri=CALLBACK, door="api")
        except DiscordRefused as error:
            raise Problem(422, "login_refused", "Discord did not accept this login. Begin again.") from error
        except DiscordAway as error:
            detail = "Discord does not answer just now. Please try again."
            raise Problem(503, "discord_away", detail, retry_after=error.wait_s) from error
        if begun.get("then") == EXPORT:
            response = export_file(person.user_id)
            response.delete_cookie(COOKIE, path=PATH)
            return response
        login, secret = login_create(user_id=person.user_id, name=person.name, guilds=person.guilds)
        response = Response(
            {
                "token": secret,
                "expires_at": login.expires_at,
                "user_id": str(person.user_id),
                "name": person.name,
                "guild_ids": [str(guild_id) for guild_id in person.guilds],
            }
        )
        response.delete_cookie(COOKIE, path=PATH)
        return response


class LogoutView(PersonView):
    """`logout`."""

    needs = {"POST": None}

    @extend_schema(operation_id="logout", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """The login's token opens nothing from now on."""
        login_revoke(login_id=self.caller.account_id)
        forget_callers()
        return Response(status=204)


def _begun(request: Request) -> dict[str, str]:
    try:
        begun: dict[str, str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=MINUTES * 60)
    except signing.BadSignature as error:
        raise Problem(422, "login_state", "This login was not begun here, or took too long. Begin again.") from error
    return begun
