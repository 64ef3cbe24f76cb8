"""The players of a session over REST: showing, changing and deleting them."""

import logging

from aiohttp import web

from simulator.lavalink_node.errors import bad_request, not_found
from simulator.lavalink_node.lenient import OMITTED, as_whole, object_of
from simulator.lavalink_node.node import NODE, Node
from simulator.lavalink_node.patches import (
    PlayerPatch,
    VoiceState,
    check_voice_form,
    parse_patch,
    voice_refused,
)
from simulator.lavalink_node.player import Player
from simulator.lavalink_node.session import Session
from simulator.lavalink_node.sources import LOOKUP_FAILED
from simulator.lavalink_node.track_codec import Track, decode_track
from simulator.lavalink_node.voice_connection import VoiceRefusedError, VoiceUnreachableError

_LOG = logging.getLogger(__name__)


def _session(request: web.Request) -> Session:
    return request.app[NODE].sessions.get(request.match_info["session_id"])


def _guild_id(request: web.Request) -> int:
    return as_whole(request.match_info["guild_id"])


async def list_players(request: web.Request) -> web.StreamResponse:
    """GET players."""
    return web.json_response([player.to_json() for player in _session(request).players.values()])


async def show_player(request: web.Request) -> web.StreamResponse:
    """GET one player; asking makes none."""
    guild_id = _guild_id(request)
    player = _session(request).players.get(guild_id)
    if player is None:
        raise not_found("Player")
    return web.json_response(player.to_json())


async def delete_player(request: web.Request) -> web.StreamResponse:
    """DELETE a player; 204 for one that is not there, too."""
    guild_id = _guild_id(request)
    player = _session(request).players.pop(guild_id, None)
    if player is not None:
        player.destroy()
    return web.Response(status=204)


async def patch_player(request: web.Request) -> web.StreamResponse:
    """PATCH a player; any that passes the checks makes one."""
    node = request.app[NODE]
    guild_id = _guild_id(request)
    patch = parse_patch(object_of(await request.text()))
    player = _session(request).player(guild_id)
    if patch.voice is not OMITTED:
        await _connect_voice(node, player, patch.voice)
    _apply_sound(player, patch)
    if patch.names_track:
        if request.query.get("noReplace") == "true" and player.playback is not None:
            return web.json_response(player.to_json())
        await _change_track(node, player, patch)
    elif patch.user_data is not OMITTED:
        player.set_user_data(patch.user_data)
    return web.json_response(player.to_json())


async def _connect_voice(node: Node, player: Player, voice: VoiceState) -> None:
    check_voice_form(voice)
    if player.voice_hangs:
        await node.workers.hang()
    try:
        await player.connect(voice)
    except VoiceUnreachableError as error:
        _LOG.warning("guild %s: a request hangs for ever: %s", player.guild_id, error)
        player.voice_hangs = True
        await node.workers.hang()
    except VoiceRefusedError as error:
        raise voice_refused() from error


def _apply_sound(player: Player, patch: PlayerPatch) -> None:
    """Change what does not depend on the track; a PATCH that names one handles the rest itself."""
    if patch.filters is not OMITTED:
        player.set_filters(patch.filters)
    if patch.volume is not OMITTED:
        player.set_volume(patch.volume)
    if patch.names_track:
        return
    if patch.paused is not OMITTED:
        player.set_paused(paused=patch.paused)
    if patch.position is not OMITTED:
        player.seek(patch.position)
    if patch.end_time is not OMITTED:
        player.set_end(patch.end_time)


async def _change_track(node: Node, player: Player, patch: PlayerPatch) -> None:
    # Before the track is looked at: a play without `paused` un-pauses even when it then fails.
    player.set_paused(paused=patch.paused is True)
    track, encoded_position = await _wanted_track(node, patch)
    if track is None:
        player.stop()
        return
    if patch.user_data is not OMITTED:
        track = track.with_user_data(patch.user_data)
    start = encoded_position if patch.position is OMITTED else patch.position
    end = None if patch.end_time is OMITTED else patch.end_time
    player.play(track, node.sources.media(track), start, end)


async def _wanted_track(node: Node, patch: PlayerPatch) -> tuple[Track | None, int]:
    """Return what to play and the position inside an encoded track; None stops."""
    if patch.identifier is not OMITTED:
        result = await node.sources.load(patch.identifier)
        if result.kind == "error":
            raise bad_request(LOOKUP_FAILED)
        if result.kind != "track":
            raise bad_request("No matches found for identifier")
        return result.tracks[0], 0
    if patch.encoded is OMITTED or patch.encoded is None:
        return None, 0
    return decode_track(patch.encoded, node.sources.names)
