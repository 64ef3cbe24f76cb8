"""Who may look at the guild pages, and which guild an address means."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from apps.support.guild_pages.finding import is_known
from apps.support.numbers import SNOWFLAKES
from apps.support.roles import may

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def only_staff(view: Page[P]) -> Page[P]:
    """Pages that every role may see; the site has asked for a session before."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may(request.user, "support"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def known_or_404(guild_id: int) -> None:
    """Raises Http404 for what is no guild that we know."""
    if guild_id not in SNOWFLAKES or not is_known(guild_id):
        raise Http404("no such guild")
