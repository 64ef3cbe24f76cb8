"""The pages of signing in. Between two of them the session holds who passed the first, for a few minutes, no more."""

from __future__ import annotations

import secrets
from base64 import b32encode
from typing import TYPE_CHECKING, Any

import segno
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.generic import FormView

from apps.accounts.discord_login import (
    DiscordAway,
    DiscordRefused,
    authorize_url,
    is_available,
    new_verifier,
    sign_in,
)
from apps.support.models import StaffMember
from apps.support.services import staff_enrol
from apps.support.sign_in import (
    Refused,
    authenticator_begin,
    authenticator_confirm,
    discord_check,
    enter,
    needs_authenticator,
    password_check,
    second_factor_check,
)
from apps.support.sign_in_forms import CodeForm, EnrolForm, FirstCodeForm, PasswordForm
from project import settings

if TYPE_CHECKING:
    FormPage = FormView[forms.Form]
else:
    FormPage = FormView
HALF_WAY, AT_DISCORD, NEXT = "desk_half_way", "desk_at_discord", "desk_next"
"""Keys of the session."""
HALF_WAY_SECONDS = 600


@method_decorator([never_cache, csrf_protect], name="dispatch")
class SignInView(FormPage):
    """Base of the pages with a form."""

    template_name = "support/sign_in.html"
    title = "Sign in"
    button = "Continue"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What the site's pages need, and ours."""
        site = admin.site.each_context(self.request)
        return super().get_context_data(**{**site, "title": self.title, "button": self.button, **more})

    def refused(self, form: forms.Form, error: Refused) -> HttpResponse:
        """The same page with the reason."""
        form.add_error(None, str(error))
        return self.form_invalid(form)


class PasswordView(SignInView):
    """`login/`."""

    form_class = PasswordForm

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Discord is offered where it can be used."""
        return super().get_context_data(**{"discord": is_available(), "enrol": True, **more})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remember where the person wanted to go."""
        wanted = request.GET.get("next", "")
        if wanted.startswith("/admin/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
            request.session[NEXT] = wanted
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """The second factor is next, or a device for it."""
        try:
            member = password_check(name=form.cleaned_data["name"], password=form.cleaned_data["password"])
        except Refused as error:
            return self.refused(form, error)
        return go_on(self.request, member)


class HalfWayView(SignInView):
    """Base of the pages for who has given the right password just now."""

    member: StaffMember

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Others begin at the beginning."""
        found = half_way(request)
        if found is None or needs_authenticator(found) != isinstance(self, AuthenticatorView):
            return redirect("admin:login")
        self.member = found
        return super().dispatch(request, *args, **kwargs)


class CodeView(HalfWayView):
    """`login/code/`."""

    form_class = CodeForm
    title = "Your second factor"
    button = "Sign in"

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """In, or not."""
        try:
            way = second_factor_check(member=self.member, code=form.cleaned_data["code"])
        except Refused as error:
            return self.refused(form, error)
        goal = self.request.session.get(NEXT) or reverse("admin:index")
        enter(self.request, self.member, way)
        return HttpResponseRedirect(goal)


class AuthenticatorView(HalfWayView):
    """`login/authenticator/`: at the first sign-in, before anything else is shown."""

    form_class = FirstCodeForm
    template_name = "support/authenticator.html"
    title = "Set up your authenticator"
    button = "Set up"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The key as a picture, and as text for who cannot scan it."""
        device = authenticator_begin(member=self.member)
        picture = segno.make(device.config_url, error="m").svg_inline(scale=4, border=2, light="#fff", dark="#000")
        return super().get_context_data(
            picture=mark_safe(picture),  # noqa: S308 # made here, of our own characters
            key=b32encode(device.bin_key).decode(),
            **more,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """In; the recovery codes are shown this once."""
        try:
            codes = authenticator_confirm(member=self.member, code=form.cleaned_data["code"])
        except Refused as error:
            return self.refused(form, error)
        enter(self.request, self.member, "authenticator")
        context = {**admin.site.each_context(self.request), "title": "Keep your recovery codes", "codes": codes}
        return render(self.request, "support/recovery_codes.html", context)


class EnrolView(SignInView):
    """`enrol/`: with the one-time code of an admin's. The code stands in no address, so in no log."""

    form_class = EnrolForm
    title = "Choose a password"

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """The password is set; the device is next."""
        try:
            member = staff_enrol(code=form.cleaned_data["code"], password=form.cleaned_data["password"])
        except Refused as error:
            return self.refused(form, error)
        except ValidationError as error:
            form.add_error("password", error)
            return self.form_invalid(form)
        return go_on(self.request, member)


@method_decorator(never_cache, name="dispatch")
class DiscordView(View):
    """`login/discord/`: go there and agree."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Nobody but this session can come back."""
        if not is_available():
            return refusal(request, "Nobody can sign in with Discord here: DISCORD_CLIENT_SECRET is not set.")
        begun = {"state": secrets.token_urlsafe(24), "verifier": new_verifier()}
        request.session[AT_DISCORD] = {**begun, "at": timezone.now().timestamp()}
        return HttpResponseRedirect(authorize_url(**begun, redirect_uri=callback_address()))


@method_decorator(never_cache, name="dispatch")
class DiscordCallbackView(View):
    """`login/discord/callback/`: where Discord sends people back to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """In, if a staff row names the account; how that account is protected is Discord's affair (FEATURES §7)."""
        begun = request.session.pop(AT_DISCORD, None)
        state, code = request.GET.get("state", ""), request.GET.get("code", "")
        if begun is None or _is_old(begun["at"]) or not secrets.compare_digest(state.encode(), begun["state"].encode()):
            return refusal(request, "This sign-in was not begun here, or took too long. Begin again.")
        if not 1 <= len(code) <= 200:
            return refusal(request, "You did not agree at Discord.")
        try:
            person = sign_in(code=code, verifier=begun["verifier"], redirect_uri=callback_address())
            member = discord_check(discord_id=person.user_id)
        except Refused as error:
            return refusal(request, str(error))
        except DiscordRefused:
            return refusal(request, "Discord did not accept this sign-in. Begin again.")
        except DiscordAway:
            return refusal(request, "Discord does not answer just now. Please try again.")
        goal = request.session.get(NEXT) or reverse("admin:index")
        enter(request, member, "discord")
        return HttpResponseRedirect(goal)


def callback_address() -> str:
    """As Discord has to know it."""
    return settings.PUBLIC_URL + reverse("admin:login_discord_callback")


def go_on(request: HttpRequest, member: StaffMember) -> HttpResponse:
    """The password was right: the session is new, belongs to nobody yet, and remembers who that was."""
    goal = request.session.get(NEXT)
    request.session.flush()
    request.session[HALF_WAY] = {"member": member.pk, "epoch": member.epoch, "at": timezone.now().timestamp()}
    if goal:
        request.session[NEXT] = goal
    return redirect("admin:login_authenticator" if needs_authenticator(member) else "admin:login_code")


def half_way(request: HttpRequest) -> StaffMember | None:
    """Who gave the right password in the last minutes, if nothing changed since."""
    begun = request.session.get(HALF_WAY)
    if begun is None or _is_old(begun["at"]):
        return None
    return (
        StaffMember.objects.select_related("user")
        .filter(pk=begun["member"], epoch=begun["epoch"], user__is_active=True)
        .first()
    )


def refusal(request: HttpRequest, sentence: str) -> HttpResponse:
    """A page with one sentence and the way back."""
    context = {**admin.site.each_context(request), "title": "Not signed in", "sentence": sentence}
    return render(request, "support/refused.html", context, status=403)


def _is_old(at: float) -> bool:
    return timezone.now().timestamp() - at > HALF_WAY_SECONDS
