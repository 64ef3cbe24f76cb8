"""The plugin LavaLyrics over the catalogue's words: `GET /v4/lyrics` as its README describes it."""

from typing import Any

from aiohttp import web

from simulator.catalogue.words import WORDS
from simulator.lavalink_node.errors import bad_request
from simulator.lavalink_node.node import NODE
from simulator.lavalink_node.track_codec import Track, decode_track

PLUGIN = {"name": "lavalyrics-plugin", "version": "1.0.0"}
"""As /v4/info lists it."""
_SOURCE, _PROVIDER = "segue", "Segue's catalogue"


async def show_lyrics(request: web.Request) -> web.StreamResponse:
    """GET /v4/lyrics: 204 where there are no words, and 404 like any unknown address where there is no plugin."""
    node = request.app[NODE]
    if not node.settings.lyrics:
        raise web.HTTPNotFound
    encoded = request.query.get("track")
    if encoded is None:
        raise bad_request("Required parameter 'track' is not present.")
    track, _ = decode_track(encoded, node.sources.names)
    found = lyrics_of(track)
    return web.Response(status=204) if found is None else web.json_response(found)


def lyrics_of(track: Track) -> dict[str, Any] | None:
    """A Lyrics object whose lines are spread over the whole track."""
    words = WORDS.get(track.identifier)
    if words is None:
        return None
    lines = words.splitlines()
    step = track.length // len(lines)
    timed = [{"timestamp": n * step, "duration": step, "line": line, "plugin": {}} for n, line in enumerate(lines)]
    return {"sourceName": _SOURCE, "provider": _PROVIDER, "text": None, "lines": timed, "plugin": {}}
