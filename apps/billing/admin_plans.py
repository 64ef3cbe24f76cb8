"""The desk's pages about plans and prices: every edit asks why, and reaches every process within seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.billing.models import Plan, PlanPrice
from apps.billing.plan_changes import plan_note, price_add, price_end
from apps.support.audit import actor_of, changed, values_of
from apps.support.model_admin import SupportModelAdmin

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm
LIMITS = tuple(field.name for field in Plan._meta.fields if field.name not in {"tier", "stripe_product_id"})


class WithReason(ModelForm):
    """Whoever changes what all guilds get says why."""

    reason = forms.CharField(
        max_length=500, help_text="For the audit log.", widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )

    @property
    def why(self) -> str:
        """The reason, of a valid form."""
        return cast(str, self.cleaned_data["reason"])


class PlanForm(WithReason):
    """Limits are empty for unlimited, and never below nothing."""

    class Meta:
        model = Plan
        fields = LIMITS

    def clean(self) -> dict[str, Any]:
        """No limit is negative; a volume is one that players know."""
        given = super().clean() or {}
        for name, value in tuple(given.items()):
            if isinstance(value, int) and not isinstance(value, bool) and value < 0:
                self.add_error(name, "Not below 0; leave it empty for unlimited.")
        if (given.get("volume_cap") or 0) > 200:
            self.add_error("volume_cap", "200 is the loudest.")
        return given


@admin.register(Plan)
class PlanAdmin(SupportModelAdmin):
    """What each plan allows. Plans are neither added nor deleted: code knows them by name."""

    form = PlanForm
    list_display = (
        "name", "tier", "queue_size", "track_length_s", "tracks_per_month", "import_size", "volume_cap", "always_on",
    )  # fmt: skip
    fieldsets = ((None, {"fields": ("tier", "name")}), ("Limits (empty: unlimited)", {"fields": LIMITS[1:]}),
                 ("Why", {"fields": ("reason",)}))  # fmt: skip
    readonly_fields = ("tier",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody has."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody has."""
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: forms.Form, change: bool) -> None:
        """Noted in billing's audit trail, in the same transaction; `Plan.save` tells every process."""
        before = values_of(Plan.objects.select_for_update().get(pk=obj.pk))
        obj.save()
        was, now = changed(before, values_of(obj))
        plan_note(
            tier=str(obj.pk),
            actor=actor_of(request.user),
            reason=cast(PlanForm, form).why,
            before=was,
            after=now,
        )


class PriceForm(WithReason):
    """A new price, or whether one is still sold."""

    class Meta:
        model = PlanPrice
        fields = ("plan", "interval", "amount", "currency", "active")

    def clean_amount(self) -> int:
        """Stripe charges nothing below half a dollar."""
        amount = cast(int, self.cleaned_data["amount"])
        if amount < 50:
            raise forms.ValidationError("In the smallest unit (cents), 50 at least.")
        return amount

    def clean_currency(self) -> str:
        """As Stripe writes it."""
        currency = cast(str, self.cleaned_data["currency"]).strip().lower()
        if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
            raise forms.ValidationError("Three letters, such as usd.")
        return currency

    def validate_unique(self) -> None:
        """The price that was sold until now ends when the new one is added (price_add)."""


@admin.register(PlanPrice)
class PlanPriceAdmin(SupportModelAdmin):
    """What plans cost. An amount that was sold cannot change: a new one is a new row, and the former ends."""

    form = PriceForm
    list_display = ("plan", "interval", "amount", "currency", "active", "stripe_price_id")
    list_filter = ("active",)
    list_select_related = ("plan",)
    ordering = ("plan__priority", "interval", "-active", "-id")
    fields = ("plan", "interval", "amount", "currency", "reason")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Of an old price only whether it is sold can be said."""
        if obj is None:
            return self.fields
        return ("plan", "interval", "amount", "currency", "active", "stripe_price_id", "reason")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """All but `active`, once it exists; and that only to end it."""
        if obj is None:
            return ()
        fixed = ("plan", "interval", "amount", "currency", "stripe_price_id")
        return fixed if cast(PlanPrice, obj).active else (*fixed, "active")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody has: what was sold must be known."""
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: forms.Form, change: bool) -> None:
        """Noted in billing's audit trail by the services, which tell every process."""
        price, why, actor = cast(PlanPrice, obj), cast(PriceForm, form).why, actor_of(request.user)
        if not change:
            price_add(price=price, actor=actor, reason=why)
        elif not price.active:
            price_end(price=price, actor=actor, reason=why)
