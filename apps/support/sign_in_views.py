"""The pages of signing in. Between two of them the session holds who passed the first, for a few minutes, no more."""

from __future__ import annotations

from base64 import b32encode
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

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
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.generic import FormView

from apps.accounts.discord_login import is_available
from apps.support.models import StaffMember
from apps.support.services import staff_enrol
from apps.support.sign_in import (
    Busy,
    Refused,
    authenticator_begin,
    authenticator_confirm,
    enter,
    needs_authenticator,
    password_check,
    second_factor_check,
)
from apps.support.sign_in_forms import CodeForm, EnrolForm, FirstCodeForm, PasswordForm

if TYPE_CHECKING:
    FormPage = FormView[forms.Form]
else:
    FormPage = FormView
HALF_WAY, NEXT = "desk_half_way", "desk_next"
"""Keys of the session, which nobody has before the password was right: each is a row for half a day."""
HALF_WAY_SECONDS = 600
BUSY_SECONDS = 3
NEXT_LENGTH = 1_000
"""It has to fit into a cookie."""


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
        page = self.form_invalid(form)
        if isinstance(error, Busy):
            page.status_code, page.headers["Retry-After"] = 429, str(BUSY_SECONDS)
        return page


class PasswordView(SignInView):
    """`login/`."""

    form_class = PasswordForm

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Discord is offered where it can be used. The form goes to this page's address, with what was wanted in it."""
        goal = wanted(self.request)
        discord = reverse("admin:login_discord") + (f"?{urlencode({'next': goal})}" if goal else "")
        return super().get_context_data(**{"discord": discord if is_available() else "", "enrol": True, **more})

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """The second factor is next, or a device for it."""
        try:
            member = password_check(name=form.cleaned_data["name"], password=form.cleaned_data["password"])
        except Refused as error:
            return self.refused(form, error)
        return go_on(self.request, member, goal=wanted(self.request))


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


def wanted(request: HttpRequest) -> str:
    """The page of the desk's that the person wanted to see; empty: none."""
    goal = request.GET.get("next", "")
    ours = goal.startswith("/admin/") and url_has_allowed_host_and_scheme(goal, allowed_hosts=None)
    return goal if ours and len(goal) <= NEXT_LENGTH else ""


def go_on(request: HttpRequest, member: StaffMember, goal: str = "") -> HttpResponse:
    """The password was right: the session is new, belongs to nobody yet, and remembers who that was."""
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


def _is_old(at: float) -> bool:
    return timezone.now().timestamp() - at > HALF_WAY_SECONDS
