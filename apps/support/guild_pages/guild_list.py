"""The page on which guilds are found."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from apps.support.guild_pages.finding import CHOICES, Choice, GuildPage, guilds_find, guilds_list
from apps.support.guild_pages.reading import only_staff
from apps.support.numbers import number_in

_WORDS: dict[Choice, str] = {"all": "All, the newest first", "playing": "In voice now", "blocked": "Blocked"}


@only_staff
def guild_list(request: HttpRequest) -> HttpResponse:
    """`guilds/`: a search, or a page of the list; what means one guild leads there at once."""
    text = request.GET.get("q", "").strip()[:200].replace("\0", "")
    choice = _choice(request.GET.get("show", ""))
    after = number_in(request.GET.get("after", ""))
    page = GuildPage(guilds_find(text), None) if text else guilds_list(choice, after=after)
    if text and len(page.rows) == 1:
        return HttpResponseRedirect(reverse("admin:guild", args=[page.rows[0].guild_id]))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Guilds",
        "q": text,
        "choice": choice,
        "choices": _WORDS.items(),
        "rows": page.rows,
        "after": page.after,
    }
    return render(request, "support/guilds/list.html", context)


def _choice(text: str) -> Choice:
    return next((one for one in CHOICES if one == text), "all")
