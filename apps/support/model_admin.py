"""The base of all pages about tables: what a role may not is not offered, all is audited, large tables do not hurt."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib.admin import ShowFacets
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Model, TextField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.support.audit import actor_of, changed, record, subject_of, values_of

LONGEST_SEARCH = 400
"""Characters; an e-mail address has 320 at most."""


class OfferedOrder(ChangeList):
    """Sorted only by what `sortable_by` offers: Django leaves the others without a link, and sorts all the same where
    an address says `?o=3`.
    """

    def get_ordering_field(self, field_name: Any) -> Any:
        """None: the column sorts nothing."""
        return super().get_ordering_field(field_name) if field_name in (self.sortable_by or ()) else None


class SupportModelAdmin(ModelAdmin):
    """Every save and deletion is a line of the audit log, in the same transaction; Django's own log stays empty.

    Lists count nothing (a count reads the whole table), and search only by what has an index: override
    `get_search_results`. `note` may be overridden where a service writes the line itself.
    """

    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 50
    actions = None
    sortable_by = ()
    """By the key alone: any other order would read the whole table."""
    show_facets = ShowFacets.NEVER
    """They count the whole table, too."""
    formfield_overrides = {  # type: ignore[assignment,misc] # Django's stubs and Unfold disagree
        TextField: {"widget": UnfoldAdminTextInputWidget}
    }
    """Our texts are names; PostgreSQL asks for no length."""
    save_as = False
    change_form_after_template: str | None = None  # type: ignore[assignment] # Unfold's base says None alone
    change_form_outer_before_template: str | None = None  # type: ignore[assignment] # as above
    guild_field: ClassVar[str] = "guild_id"
    """The column that names the guild, where there is one."""

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only the filters that are offered: Django's rule would let addresses ask for the beginning of any column,
        so also of one that no page shows, letter by letter, and read the whole table for it.
        """
        offered = {one if isinstance(one, str) else getattr(one, "parameter_name", "") for one in self.list_filter}
        return lookup.partition("__")[0] in offered and "\0" not in str(value)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """No search is longer than a line, so no number in it has more digits than Python reads."""
        if len(request.GET.get(SEARCH_VAR, "")) > LONGEST_SEARCH:
            raise BadRequest("this search is too long")
        return super().changelist_view(request, extra_context)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """In no order but ours."""
        return OfferedOrder

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """None also for what PostgreSQL keeps in no text."""
        return None if "\0" in object_id else super().get_object(request, object_id, from_field)

    def save_model(self, request: HttpRequest, obj: Model, form: forms.Form, change: bool) -> None:
        """Save, and note what differs."""
        before = values_of(type(obj)._default_manager.get(pk=obj.pk)) if change else {}
        super().save_model(request, obj, form, change)
        obj.refresh_from_db()
        self.note(request, "change" if change else "add", obj, *changed(before, values_of(obj)))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Delete, and note what was lost."""
        before = values_of(obj)
        self.note(request, "delete", obj, before, {})
        super().delete_model(request, obj)

    def note(self, request: HttpRequest, verb: str, obj: Model, before: dict[str, Any], after: dict[str, Any]) -> None:
        """A line of the audit log, unless nothing differs."""
        if not before and not after:
            return
        record(
            actor=actor_of(request.user),
            action=f"{verb} {obj._meta.verbose_name}",
            guild_id=getattr(obj, self.guild_field, None),
            reason="",
            before=before,
            after=after,
            subject=subject_of(obj),
        )

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Noted by `save_model`."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Noted by `save_model`."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Noted by `delete_model`."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The audit log's lines about the row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        about = {"subject": f"{self.model._meta.label_lower}:{object_id}"}
        return HttpResponseRedirect(f"{reverse('admin:support_auditline_changelist')}?{urlencode(about)}")


class ReadOnlyAdmin(SupportModelAdmin):
    """Pages that only show."""

    change_form_after_template: str | None = None
    change_form_outer_before_template: str | None = None

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """All."""
        return [*self.readonly_fields, *(field.name for field in self.model._meta.fields)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody has."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody has."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody has."""
        return False
