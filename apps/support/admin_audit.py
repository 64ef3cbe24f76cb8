"""The page of the audit log: all that staff did and all that happened to subscriptions and plans, the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from apps.billing.models import BillingEvent
from apps.support.model_admin import OfferedOrder, ReadOnlyAdmin
from apps.support.models import AuditEntry, AuditLine
from apps.support.numbers import number_in

SOURCES: dict[str, type[AuditEntry] | type[BillingEvent]] = {"s": AuditEntry, "b": BillingEvent}
"""By the first letter of a line's id."""


class NewestFirst(OfferedOrder):
    """Django would also order by the id, which in this view is made of two columns, so no index has it."""

    def _get_deterministic_ordering(self, ordering: Iterable[Any]) -> list[Any]:
        return ["-at"]


class WhoFilter(admin.SimpleListFilter):
    """By what kind of actor."""

    title = "who"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Words for people."""
        return [
            ("staff", "Staff"),
            ("operator", "Operators at the shell"),
            ("member", "Members"),
            ("stripe", "Stripe"),
            ("beat", "Jobs"),
            ("sql", "SQL by hand"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By the actor's beginning."""
        match self.value():
            case "staff" | "member" | "sql" as kind:
                return queryset.filter(actor__startswith=f"{kind}:")
            case "operator" | "stripe" | "beat" as kind:
                return queryset.filter(actor=kind)
            case _:
                return queryset


class SubjectFilter(admin.SimpleListFilter):
    """The lines about one row; where a page's history leads."""

    title = "subject"
    parameter_name = "subject"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Shown only where one is chosen."""
        chosen = request.GET.get(self.parameter_name)
        return [(chosen, chosen)] if chosen else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Exactly that."""
        return queryset.filter(subject=self.value()) if self.value() else queryset


@admin.register(AuditLine)
class AuditLineAdmin(ReadOnlyAdmin):
    """Found by guild, or by the name of one of staff."""

    list_display = ("when", "actor", "action", "guild_id", "reason", "change")
    list_display_links = ("when",)
    list_filter = (WhoFilter, SubjectFilter)
    search_fields = ("guild_id",)
    search_help_text = "Guild id, or the name of one of staff"
    ordering = ("-at",)
    readonly_fields = ("change",)

    @display(description="when (UTC)")
    def when(self, line: AuditLine) -> str:
        """To the second."""
        return f"{line.at:%Y-%m-%d %H:%M:%S}"

    @display(description="change")
    def change(self, line: AuditLine) -> str:
        """What differs, in one line."""
        names = [name for name in line.after if line.before.get(name) != line.after[name]]
        said = ", ".join(f"{name.replace('_', ' ')}: {line.after[name]}" for name in names)
        return said if len(said) <= 120 else said[:119] + "…"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """By time alone."""
        return NewestFirst

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A number is a guild, anything else somebody's name."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if (guild_id := number_in(term)) is not None:
            return queryset.filter(guild_id=guild_id), False
        return queryset.filter(Q(actor=f"staff:{term}") | Q(actor=term)), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Found by its time, which the table that has it tells: the view knows ids only as text."""
        source, number = SOURCES.get(object_id[:1]), number_in(object_id[1:])
        if source is None or number is None:
            return None
        row = source.objects.filter(pk=number).only("at").first()
        return None if row is None else AuditLine.objects.filter(at=row.at, id=object_id[:1] + str(number)).first()
