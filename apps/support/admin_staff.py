"""The page about staff: who may do what; a member is let in by a one-time code that only their admin sees, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from apps.support.audit import actor_of
from apps.support.confirmation import Confirmation, ReasonForm
from apps.support.model_admin import SupportModelAdmin
from apps.support.models import StaffMember
from apps.support.numbers import number_in
from apps.support.roles import Role
from apps.support.services import is_last_admin, staff_change, staff_create, staff_enrol_again

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


class NewMemberForm(ModelForm):
    """Somebody joins."""

    name = forms.CharField(
        max_length=150, help_text="As it stands in the audit log.", widget=UnfoldAdminTextInputWidget
    )

    class Meta:
        model = StaffMember
        fields = ("role", "discord_id")

    def clean_name(self) -> str:
        """Nobody else's, and one that can be written."""
        name = cast(str, self.cleaned_data["name"]).strip()
        try:
            User(username=name).full_clean(exclude=["password"])
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return name


class MemberForm(ModelForm):
    """A member's role changes, or they leave."""

    is_active = forms.BooleanField(
        required=False,
        label="Works here",
        help_text="Without it the member is out at once.",
        widget=UnfoldBooleanSwitchWidget,
    )
    reason = forms.CharField(
        max_length=500, help_text="For the audit log.", widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )

    class Meta:
        model = StaffMember
        fields = ("role", "discord_id")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_active"].initial = self.instance.user.is_active

    def clean(self) -> dict[str, Any]:
        """Somebody has to be able to let others in."""
        given = super().clean() or {}
        stays = given.get("role") == Role.ADMIN and given.get("is_active")
        if not stays and is_last_admin(self.instance):
            raise ValidationError("This is the last admin: make somebody else one first.")
        return given


class EnrolAgainPage(Confirmation):
    """`support/staffmember/<id>/enrol-again/`."""

    permission = "support.change_staffmember"
    title = "Let somebody enrol again"
    button = "Make a one-time code"
    is_dangerous = True

    def member(self) -> StaffMember:
        """Whom."""
        return get_object_or_404(StaffMember.objects.select_related("user"), pk=self.kwargs["member_id"])

    def consequences(self) -> list[str]:
        """What is void."""
        return [
            f"Password, authenticator and recovery codes of {self.member()} are void, and their sessions end.",
            "You are shown a one-time code; give it to them yourself. Be sure who asks for it.",
        ]

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """The code is shown by the answer itself: it is kept nowhere."""
        code = staff_enrol_again(member=self.member(), actor=self.actor, reason=cast(ReasonForm, form).why)
        return show_code(self.request, self.member(), code)

    def back(self) -> str:
        """The member's page."""
        return reverse("admin:support_staffmember_change", args=[self.kwargs["member_id"]])


@admin.register(StaffMember)
class StaffMemberAdmin(SupportModelAdmin):
    """Members are never deleted: the audit log names them."""

    list_display = ("user", "role", "works_here", "signs_in_with_discord", "signed_in_at")
    list_filter = ("role",)
    list_select_related = ("user",)
    ordering = ("user__username",)
    change_form_outer_before_template = "support/row_actions.html"

    @display(boolean=True)
    def works_here(self, member: StaffMember) -> bool:
        """Or has left."""
        return member.user.is_active

    @display(boolean=True)
    def signs_in_with_discord(self, member: StaffMember) -> bool:
        """The account itself is shown on the member's page alone."""
        return member.discord_id is not None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Joining asks for a name, changing for a reason."""
        kwargs["form"] = NewMemberForm if obj is None else MemberForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """As the forms have them."""
        if obj is None:
            return ("name", "role", "discord_id")
        return ("role", "discord_id", "is_active", "signed_in_at", "reason")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """What is only known."""
        return () if obj is None else ("signed_in_at",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody has: who leaves is switched off."""
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: forms.Form, change: bool) -> None:
        """By the services, which note it and end sessions."""
        given, actor, member = form.cleaned_data, actor_of(request.user), cast(StaffMember, obj)
        if change:
            staff_change(
                member=member,
                role=Role(given["role"]),
                discord_id=given["discord_id"],
                is_active=given["is_active"],
                actor=actor,
                reason=given["reason"],
            )
            return
        made, code = staff_create(
            name=given["name"], role=Role(given["role"]), discord_id=given["discord_id"], actor=actor
        )
        member.pk, member.user = made.pk, made.user
        form.enrolment_code = code  # type: ignore[attr-defined] # response_add shows it

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Keep hold of the form: the answer shows its code."""
        request.staff_form = form  # type: ignore[attr-defined]
        return super().save_form(request, form, change)

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> HttpResponse:
        """The one-time code, this once."""
        return show_code(request, cast(StaffMember, obj), request.staff_form.enrolment_code)  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        """With the page of who lost a device."""
        again = self.admin_site.admin_view(EnrolAgainPage.as_view())
        return [path("<int:member_id>/enrol-again/", again, name="support_staffmember_enrol"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With its button."""
        actions, member_id = [], number_in(object_id)
        if member_id is not None:
            actions = [("Enrol again (lost device)", reverse("admin:support_staffmember_enrol", args=[member_id]))]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "desk_actions": actions})


def show_code(request: HttpRequest, member: StaffMember, code: str) -> HttpResponse:
    """A page that nothing keeps."""
    site = admin.site.each_context(request)
    back = reverse("admin:support_staffmember_changelist")
    context = {**site, "title": f"One-time code for {member}", "code": code, "back": back}
    response = render(request, "support/enrolment_code.html", context)
    response["Cache-Control"] = "no-store"
    return response
