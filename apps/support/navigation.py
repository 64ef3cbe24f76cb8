"""What stands at the side of every page, by task; each role sees what is for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from apps.support.roles import may, permitted

ENTRIES: tuple[tuple[str, str, str, str], ...] = (
    # section, words, icon, page
    ("Guilds", "Guilds", "headphones", "guilds"),
    ("Slots & nodes", "Slots & nodes", "dns", "slots_and_nodes"),
    ("Billing", "Subscriptions", "card_membership", "billing_subscription_changelist"),
    ("Billing", "Plans", "sell", "billing_plan_changelist"),
    ("Billing", "Prices", "payments", "billing_planprice_changelist"),
    ("Billing", "Usage", "bar_chart", "billing_usage_changelist"),
    ("Billing", "API tokens", "key", "accounts_apitoken_changelist"),
    ("Library", "Playlists", "queue_music", "library_playlist_changelist"),
    ("Staff", "Staff", "badge", "support_staffmember_changelist"),
    ("Audit log", "Audit log", "history", "support_auditline_changelist"),
)
"""Pages by the name of their address; one that is not there is left out."""


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's sidebar."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for section, words, icon, page in ENTRIES:
        link = _address(page)
        if link is not None and _may_see(request, page):
            sections.setdefault(section, []).append({"title": words, "icon": icon, "link": link})
    if may(request.user, "admin") and (stripe := _address("app_list", app_label="djstripe")):
        sections.setdefault("Billing", []).append({"title": "Stripe's records", "icon": "database", "link": stripe})
    return [{"title": title, "items": items, "separator": True} for title, items in sections.items()]


def _may_see(request: HttpRequest, page: str) -> bool:
    if not page.endswith("_changelist"):
        return may(request.user, "support")
    app, model, _ = page.split("_")
    return permitted(request.user, f"{app}.view_{model}")


def _address(page: str, **names: str) -> str | None:
    try:
        return reverse(f"admin:{page}", kwargs=names)
    except NoReverseMatch:
        return None
