"""One guild's page: its player as it plays, what was asked of it and went wrong, its plan, settings and audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.billing.models import Subscription, Usage
from apps.billing.selectors import month_of, plan_limits, tier_of
from apps.guilds.models import GuildBlock, GuildSettings
from apps.playback.live import QUEUE_PAGE, GuildLive, commands_recent, errors_recent, guild_live
from apps.playback.selectors import entry_seen, queue_of
from apps.support.guild_pages.actions import actions_of
from apps.support.guild_pages.finding import in_voice
from apps.support.guild_pages.reading import known_or_404, only_staff
from apps.support.guild_pages.trail import trail_of
from apps.support.numbers import number_in
from project.wire.guild_events import SeenEntry


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of what waits."""

    entries: tuple[SeenEntry, ...]
    first: int
    """Position of its first entry; 1 is next."""
    page: int
    pages: int
    total: int

    @property
    def previous(self) -> int:
        return self.page - 1

    @property
    def next(self) -> int:
        return self.page + 1


@only_staff
@require_GET
def guild_page(request: HttpRequest, guild_id: int) -> HttpResponse:
    """`guilds/<id>/`."""
    live = _live_parts(request, guild_id)
    blocked = GuildBlock.objects.filter(guild_id=guild_id).first()
    context = {
        **admin.site.each_context(request),
        "title": f"Guild {guild_id}",
        "guild_id": guild_id,
        "blocked": blocked,
        "actions": actions_of(request.user, guild_id, live["live"], is_blocked=blocked is not None),
        "settings": _settings(guild_id),
        "audit": trail_of(guild_id),
        **live,
        **_plan(guild_id),
    }
    return render(request, "support/guilds/guild.html", context)


@only_staff
@require_GET
def guild_live_parts(request: HttpRequest, guild_id: int) -> HttpResponse:
    """`guilds/<id>/live/`: the parts that change by themselves, as the page shows them."""
    return render(request, "support/guilds/live.html", _live_parts(request, guild_id))


def _live_parts(request: HttpRequest, guild_id: int) -> dict[str, Any]:
    known_or_404(guild_id)
    live = guild_live(guild_id)
    listening = in_voice([guild_id])
    return {
        "live": live,
        "in_voice": None if listening is None else listening[guild_id],
        "queue": _waiting(live, request.GET.get("page", "")),
        "commands": commands_recent(guild_id),
        "errors": errors_recent(guild_id),
    }


def _waiting(live: GuildLive, wanted: str) -> Waiting:
    """A page that is too high is the last one."""
    pages = max(1, -(-live.queue_length // QUEUE_PAGE))
    page = min(number_in(wanted) or 1, pages)
    start = (page - 1) * QUEUE_PAGE
    rows = queue_of(live.guild_id)[start : start + QUEUE_PAGE] if live.queue_length else ()
    return Waiting(tuple(map(entry_seen, rows)), start + 1, page, pages, live.queue_length)


def _plan(guild_id: int) -> dict[str, Any]:
    """The subscription with its count of this month, and what it allows: two statements."""
    counted = Usage.objects.filter(guild_id=OuterRef("guild_id"), month=month_of(timezone.now()))
    rows = Subscription.objects.annotate(tracks=Coalesce(Subquery(counted.values("tracks")), 0))
    found = rows.filter(guild_id=guild_id).first()
    subscription = found or Subscription(guild_id=guild_id)
    tier = tier_of(subscription)
    return {
        "subscription": subscription,
        "tier": tier.value,
        "limits": plan_limits(tier),
        "tracks": found.tracks if found is not None else 0,
    }


def _settings(guild_id: int) -> list[tuple[str, Any]]:
    row = GuildSettings.objects.filter(guild_id=guild_id).first() or GuildSettings(guild_id=guild_id)
    hidden = {"guild_id"}
    fields = [field for field in GuildSettings._meta.concrete_fields if field.name not in hidden]
    return [(_words(field.name), _value(getattr(row, field.name))) for field in fields]


def _words(name: str) -> str:
    unit = " (s)" if name.endswith("_s") else ""
    words = name.removesuffix("_id").removesuffix("_s").replace("_", " ").capitalize().replace("Dj", "DJ")
    return words + unit


def _value(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{kind}: {', '.join(map(str, texts))}" for kind, texts in value.items() if texts)
    return ", ".join(map(str, value)) if isinstance(value, list) else value
