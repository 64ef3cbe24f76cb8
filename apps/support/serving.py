"""The desk's own middleware: sessions, messages, static files and a strict browser, for paths below /admin/ alone.

The API answers programs and knows no cookie; there it costs one comparison. CSRF is checked by the views (the admin
site wraps all of its own).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from apps.support.static_files import serve_static
from project import settings

Answer = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]

PREFIX = "/admin/"
HEADERS = {
    # Alpine.js, which the admin's pages are built with, makes functions of attributes: hence 'unsafe-eval'. No script
    # stands in a page itself, and none comes from elsewhere.
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@sync_and_async_middleware
def serve_desk(get_response: Answer) -> Answer:
    """Middleware around everything; only requests to the desk get a session."""
    inside: Any = SessionMiddleware(AuthenticationMiddleware(MessageMiddleware(get_response)))
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            if not request.path_info.startswith(PREFIX):
                outside: HttpResponseBase = await get_response(request)
                return outside
            if request.path_info.startswith(settings.STATIC_URL):
                return await sync_to_async(serve_static)(request)
            return _strict(await inside(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return get_response(request)  # type: ignore[return-value] # sync here
        if request.path_info.startswith(settings.STATIC_URL):
            return serve_static(request)
        return _strict(inside(request))

    return answer


def _strict(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if isinstance(response, HttpResponse):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
