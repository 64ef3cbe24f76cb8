"""The base of pages that say what an action will do, ask for a reason, and do it once.

A page is a class; `SupportSite.admin_view` lets only staff in, `role` or `permission` only those who may:

    class Skip(Confirmation):
        role = "support"
        title = "Skip the track"
        button = "Skip"

        def consequences(self) -> list[str]:
            return ["The next track begins."]

        def carry_out(self, form: ReasonForm) -> str:
            intention = intend(once=form.command_id, actor=self.actor, action="skip", …)
            outcome = …(command_id=form.command_id, …)
            settle(intention, Stage.ENDED, {"outcome": outcome})
            return "Skipped."

        def back(self) -> str:
            return reverse(…)

    path("guilds/<int:guild_id>/skip/", site.admin_view(Skip.as_view()), name="guild_skip")
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.generic import FormView
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.support.audit import actor_of
from apps.support.roles import may, permitted

if TYPE_CHECKING:
    FormPage = FormView[forms.Form]
else:
    FormPage = FormView


class Impossible(Exception):
    """The action was not carried out; the message says why, in words for staff."""


class ReasonForm(forms.Form):
    """Why, and an id that is the same however often the form is sent. A page may add fields in a subclass."""

    reason = forms.CharField(
        max_length=500,
        help_text="For the audit log: a ticket, or what the member said. No personal data.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    once = forms.UUIDField(widget=forms.HiddenInput)

    @property
    def why(self) -> str:
        """The reason, of a valid form."""
        return cast(str, self.cleaned_data["reason"])

    @property
    def command_id(self) -> str:
        """The id of what is asked for, of a valid form."""
        return str(self.cleaned_data["once"])


class Confirmation(FormPage):
    """Shown by GET, carried out by POST."""

    template_name = "support/confirmation.html"
    form_class: type[ReasonForm] = ReasonForm
    role: ClassVar[str | None] = None
    """Who may: this role or a greater one."""
    permission: ClassVar[str | None] = None
    """Or who may in Django's form. A page without either is for nobody."""
    title: ClassVar[str] = ""
    button: ClassVar[str] = "Do it"
    is_dangerous: ClassVar[bool] = False
    """The button is red."""

    def consequences(self) -> list[str]:
        """What will happen, a sentence each. Raises Impossible when nothing can."""
        raise NotImplementedError

    def carry_out(self, form: ReasonForm) -> str:
        """Do it and note it in the audit log; the outcome in a sentence. Raises Impossible."""
        raise NotImplementedError

    def back(self) -> str:
        """The page to which one returns."""
        raise NotImplementedError

    @property
    def actor(self) -> str:
        """For the audit log."""
        return actor_of(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only who may."""
        by_role = self.role is not None and may(request.user, self.role)
        if not by_role and not (self.permission is not None and permitted(request.user, self.permission)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """A new id with each form that is shown."""
        return {**super().get_initial(), "once": uuid.uuid4()}

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What the site's pages need, and ours."""
        try:
            ours = {"consequences": self.consequences(), "impossible": ""}
        except Impossible as error:
            ours = {"consequences": [], "impossible": str(error)}
        site = admin.site.each_context(self.request)
        fixed = {"title": self.title, "button": self.button, "is_dangerous": self.is_dangerous, "back": self.back()}
        return super().get_context_data(**{**site, **fixed, **ours, **more})

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Carried out; the outcome is shown on the page to which one returns."""
        try:
            messages.success(self.request, self.carry_out(cast(ReasonForm, form)))
        except Impossible as error:
            messages.error(self.request, str(error))
        return HttpResponseRedirect(self.back())
