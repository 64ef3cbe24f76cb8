"""Signing in by a Discord account. Who goes there takes a signed cookie along, so strangers leave nothing with us."""

from __future__ import annotations

import secrets

from django.contrib import admin
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from apps.accounts.discord_login import (
    DiscordAway,
    DiscordRefused,
    authorize_url,
    is_available,
    new_verifier,
    sign_in,
)
from apps.support.sign_in import Refused, discord_check, enter
from apps.support.sign_in_views import HALF_WAY_SECONDS, wanted
from project import settings

COOKIE = "segue_desk_discord"


@method_decorator(never_cache, name="dispatch")
class DiscordView(View):
    """`login/discord/`: go there and agree."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Nobody but this browser can come back."""
        if not is_available():
            return refusal(request, "Nobody can sign in with Discord here: DISCORD_CLIENT_SECRET is not set.")
        begun = {"state": secrets.token_urlsafe(24), "verifier": new_verifier()}
        response = HttpResponseRedirect(authorize_url(**begun, redirect_uri=callback_address()))
        response.set_cookie(
            COOKIE,
            signing.dumps({**begun, "next": wanted(request)}, salt=COOKIE),
            max_age=HALF_WAY_SECONDS,
            path=reverse("admin:login_discord"),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response


@method_decorator(never_cache, name="dispatch")
class DiscordCallbackView(View):
    """`login/discord/callback/`: where Discord sends people back to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """In, if a staff row names the account; how that account is protected is Discord's affair (FEATURES §7)."""
        response = self._answer(request)
        response.delete_cookie(COOKIE, path=reverse("admin:login_discord"))  # another try begins at the beginning
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        begun = _begun(request)
        state, code = request.GET.get("state", ""), request.GET.get("code", "")
        if begun is None or not secrets.compare_digest(state.encode(), begun["state"].encode()):
            return refusal(request, "This sign-in was not begun here, or took too long. Begin again.")
        if not 1 <= len(code) <= 200:
            return refusal(request, "You did not agree at Discord.")
        try:
            person = sign_in(code=code, verifier=begun["verifier"], redirect_uri=callback_address(), door="desk")
            member = discord_check(discord_id=person.user_id)
        except Refused as error:
            return refusal(request, str(error))
        except DiscordRefused:
            return refusal(request, "Discord did not accept this sign-in. Begin again.")
        except DiscordAway:
            return refusal(request, "Discord does not answer just now. Please try again.")
        enter(request, member, "discord")
        return HttpResponseRedirect(begun["next"] or reverse("admin:index"))


def callback_address() -> str:
    """As Discord has to know it."""
    return settings.PUBLIC_URL + reverse("admin:login_discord_callback")


def refusal(request: HttpRequest, sentence: str) -> HttpResponse:
    """A page with one sentence and the way back."""
    context = {**admin.site.each_context(request), "title": "Not signed in", "sentence": sentence}
    return render(request, "support/refused.html", context, status=403)


def _begun(request: HttpRequest) -> dict[str, str] | None:
    try:
        begun: dict[str, str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=HALF_WAY_SECONDS)
    except signing.BadSignature:
        return None
    return begun
