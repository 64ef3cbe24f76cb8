"""Loading and decoding tracks over REST."""

import json

from aiohttp import web

from simulator.lavalink_node.errors import bad_request
from simulator.lavalink_node.lenient import as_text
from simulator.lavalink_node.node import NODE
from simulator.lavalink_node.track_codec import decode_track


def _decoded(request: web.Request, encoded: str) -> dict[str, object]:
    track, position = decode_track(encoded, request.app[NODE].sources.names)
    return {**track.to_json(position), "encoded": encoded}


async def load_tracks(request: web.Request) -> web.StreamResponse:
    """GET /v4/loadtracks."""
    identifier = request.query.get("identifier")
    if identifier is None:
        raise bad_request("Required parameter 'identifier' is not present.")
    result = await request.app[NODE].sources.load(identifier)
    return web.json_response(result.to_json())


async def decode_one(request: web.Request) -> web.StreamResponse:
    """GET /v4/decodetrack."""
    encoded = request.query.get("encodedTrack", request.query.get("track"))
    if encoded is None:
        raise bad_request("No track to decode provided")
    return web.json_response(_decoded(request, encoded))


async def decode_many(request: web.Request) -> web.StreamResponse:
    """POST /v4/decodetracks."""
    try:
        encoded = json.loads(await request.text())
    except ValueError as error:
        raise bad_request() from error
    if not isinstance(encoded, list):
        raise bad_request()
    if not encoded:
        raise bad_request("No tracks to decode provided")
    return web.json_response([_decoded(request, as_text(one)) for one in encoded])
