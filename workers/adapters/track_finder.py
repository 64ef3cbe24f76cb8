"""Finds what a member asked to play, through whichever node answers, and never says where our network lies."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from workers.adapters.address_rules import NotPublic, Resolve, is_public, system_resolver
from workers.adapters.lavalink_loader import TrackLoader
from workers.adapters.lavalink_rest import NoAnswer
from workers.adapters.lavalink_tracks import Loaded
from workers.adapters.source_rests import SOURCE_ANSWERS, SourceRests
from workers.adapters.sources import OTHER, PREFIXES, source_of
from workers.adapters.track_query import Query, read_query
from workers.player.facts import SearchFailure, TracksFound
from workers.ports import Away, NodeRefused, PasswordRefused

_log = logging.getLogger(__name__)

MATCHES = 25
"""How many of a search's matches are kept: as many as a member can be offered."""

_ANSWERS: dict[SearchFailure | None, str] = {
    "source_resting": "resting",
    "source_off": "off",
    "timed_out": "timed_out",
    "source_failed": "failed",
    "node_away": "node_away",
}
"""How each failure is counted."""


class NodeTrackFinder:
    """Implements ports.TrackFinder: address rules first, then what rests, then the nodes in turn."""

    def __init__(
        self,
        loaders: Sequence[TrackLoader],
        *,
        search_prefix: str,
        sandbox: bool,
        resolve: Resolve | None = None,
        rests: SourceRests | None = None,
    ) -> None:
        """`rests` is what is known of the sources; None: nothing yet."""
        self._loaders = tuple(loaders)
        self._search_prefix = search_prefix
        self._sandbox = sandbox
        self._resolve = resolve or system_resolver()
        self._rests = rests or SourceRests()
        self._turn = 0

    async def find(self, command_id: str, query: str, source: str | None = None) -> TracksFound:
        """See ports.TrackFinder."""
        try:
            asked = await self._allowed(query, PREFIXES.get(source or "", self._search_prefix))
        except NotPublic:
            _log.info("command %s asked for an address that is not public", command_id)
            return TracksFound(command_id, (), failure="address_refused")
        if asked is None:
            return TracksFound(command_id, ())
        source = source_of(asked.identifier)
        found = await self._ask(command_id, asked.identifier, source)
        SOURCE_ANSWERS.labels(source, _ANSWERS.get(found.failure) or ("found" if found.tracks else "nothing")).inc()
        return found

    async def _ask(self, command_id: str, identifier: str, source: str) -> TracksFound:
        if not self._rests.may_ask(source):
            return TracksFound(command_id, (), failure="source_resting")
        try:
            loaded = await self._load(identifier)
        except NoAnswer:
            self._rests.failed(source, identifier)
            return TracksFound(command_id, (), failure="timed_out")
        except Away:
            return TracksFound(command_id, (), failure="node_away")
        except NodeRefused as error:
            _log.error("command %s: %s", command_id, error)
            return TracksFound(command_id, (), failure="source_failed")
        if not loaded.tracks and source != OTHER and await self._is_off(source):
            return TracksFound(command_id, (), failure="source_off")
        if loaded.kind == "error":
            self._rests.failed(source, identifier)
        else:
            self._rests.answered(source)
        return _found(command_id, loaded)

    async def _is_off(self, source: str) -> bool:
        """Whether no node has it: a search there finds nothing and a link fails, as if that were its own fault.

        Where none says which it has, it counts as on.
        """
        known = False
        for loader in self._loaders:
            try:
                if source in await loader.sources():
                    return False
                known = True
            except (Away, NodeRefused) as error:
                _log.warning("%s; asking the next node for its sources", error)
        return known

    async def _allowed(self, typed: str, prefix: str) -> Query | None:
        """Raises NotPublic. A name that does not resolve here passes: it is the node that fetches it."""
        query = read_query(typed, search_prefix=prefix, sandbox=self._sandbox)
        if query is not None and query.host is not None:
            addresses = await self._resolve(query.host)
            if not all(map(is_public, addresses)):
                raise NotPublic(query.host)
        return query

    async def _load(self, identifier: str) -> Loaded:
        """Ask nodes in turn. Only an absent node passes the question on: a slow source would be slow everywhere."""
        for loader in self._in_turn():
            try:
                return await loader.load(identifier)
            except NoAnswer:
                raise
            except (Away, PasswordRefused) as error:
                _log.warning("%s; asking the next node", error)
        raise Away("no Lavalink node can load tracks")

    def _in_turn(self) -> list[TrackLoader]:
        self._turn += 1
        start = self._turn % max(len(self._loaders), 1)
        return sorted(self._loaders[start:] + self._loaders[:start], key=lambda loader: not loader.rested)


def _found(command_id: str, loaded: Loaded) -> TracksFound:
    match loaded.kind:
        case "error":
            return TracksFound(command_id, (), failure="source_failed")
        case "search":
            return TracksFound(command_id, loaded.tracks[:MATCHES])
        case "playlist":
            return TracksFound(command_id, loaded.tracks, playlist=loaded.playlist)
        case _:
            return TracksFound(command_id, loaded.tracks)
