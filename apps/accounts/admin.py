"""The desk's page about API tokens: who has which, and taking one back. What a token is stands nowhere."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from unfold.decorators import display

from apps.accounts.models import ApiToken
from apps.accounts.services import api_token_revoke
from apps.support.audit import record, subject_of
from apps.support.confirmation import Confirmation, Impossible, ReasonForm
from apps.support.model_admin import ReadOnlyAdmin
from apps.support.numbers import number_in
from apps.support.roles import permitted

SHOWN = ("hint", "guild_id", "name", "scopes", "created_by", "created_at", "expires_at", "used_at", "revoked_at")


class RevokePage(Confirmation):
    """`accounts/apitoken/<id>/revoke/`."""

    permission = "accounts.revoke_apitoken"
    title = "Revoke an API token"
    button = "Revoke"
    is_dangerous = True

    def token(self) -> ApiToken:
        """Which."""
        return get_object_or_404(ApiToken, pk=self.kwargs["token_id"])

    def consequences(self) -> list[str]:
        """What stops."""
        token = self.token()
        if token.revoked_at is not None:
            raise Impossible("This token was revoked before.")
        return [f"“{token.name}” ({token.hint}…) of guild {token.guild_id} opens nothing any more.", "For good."]

    def carry_out(self, form: ReasonForm) -> str:
        """Once; a second time says so."""
        token = self.token()
        with transaction.atomic():
            if not api_token_revoke(guild_id=token.guild_id, token_id=token.pk):
                raise Impossible("This token was revoked before.")
            record(
                actor=self.actor,
                action="revoke API token",
                guild_id=token.guild_id,
                reason=form.why,
                before={},
                after={},
                subject=subject_of(token),
            )
        return "Revoked."

    def back(self) -> str:
        """The token's page."""
        return reverse("admin:accounts_apitoken_change", args=[self.kwargs["token_id"]])


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Found by guild; the hash is not shown."""

    list_display = ("hint", "guild_id", "name", "created_at", "used_at", "is_good")
    search_fields = ("guild_id",)
    search_help_text = "Guild id"
    ordering = ("-id",)
    fields = SHOWN
    change_form_outer_before_template = "support/row_actions.html"

    @display(boolean=True, description="in use")
    def is_good(self, token: ApiToken) -> bool:
        """Not revoked."""
        return token.revoked_at is None

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """All that is shown."""
        return list(SHOWN)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By guild."""
        term = search_term.strip()
        if not term:
            return queryset, False
        guild_id = number_in(term)
        return (queryset.none() if guild_id is None else queryset.filter(guild_id=guild_id)), False

    def get_urls(self) -> list[URLPattern]:
        """With the page that revokes."""
        revoke = self.admin_site.admin_view(RevokePage.as_view())
        return [path("<int:token_id>/revoke/", revoke, name="accounts_apitoken_revoke"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the button for who may."""
        actions, token_id = [], number_in(object_id)
        if token_id is not None and permitted(request.user, "accounts.revoke_apitoken"):
            actions = [("Revoke", reverse("admin:accounts_apitoken_revoke", args=[token_id]))]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "desk_actions": actions})
