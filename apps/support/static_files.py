"""The desk's style sheets, fonts and scripts, straight from the packages: nothing is collected or written to disk."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware


def serve_static(request: HttpRequest) -> HttpResponse:
    """The file, or 404. Read whole: the largest is a font of some hundred KiB, and a stream would need a thread."""
    found = _packaged().files.get(request.path_info)
    if found is None:
        return HttpResponse("There is no such file.", status=404, content_type="text/plain")
    answer = found.get_response(request.method, request.META)
    body = b""
    if answer.file is not None:
        with answer.file:
            body = answer.file.read()
    response = HttpResponse(body, status=int(answer.status))
    del response["Content-Type"]
    for name, value in answer.headers:
        response[name] = value
    return response


@cache
def _packaged() -> WhiteNoiseMiddleware:
    """Looked up once, when the first is asked for; it stands in no other request's way."""
    return WhiteNoiseMiddleware()  # type: ignore[no-untyped-call] # it has no types
