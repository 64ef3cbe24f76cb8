"""Asks the Lavalink nodes for lyrics, which those with the plugin LavaLyrics have.

`GET /v4/lyrics?track=<encoded>` answers 200 with a Lyrics object, or 204 where nobody has any (LavaLyrics, README,
API); a node without the plugin answers 404 as to any address that it does not know.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from workers.player.lyrics import Lyrics
from workers.player.track import Track
from workers.ports import Away, NodeRefused, NotOffered, PasswordRefused

_log = logging.getLogger(__name__)


class LyricsNode(Protocol):
    """A node that may have the plugin."""

    async def lyrics(self, encoded: str) -> Any:
        """The plugin's answer for a track; raises NotOffered without the plugin, Away, NodeRefused."""


class _Line(msgspec.Struct):
    line: str


class _Answer(msgspec.Struct, rename="camel"):
    """LavaLyrics, README: Lyrics Object; `text` or `lines` has the words."""

    source_name: str
    provider: str
    text: str | None = None
    lines: list[_Line] | None = None


class NodeLyrics:
    """Implements ports.LyricsFinder: the nodes one after the other, until one has the plugin."""

    def __init__(self, nodes: Sequence[LyricsNode]) -> None:
        self._nodes = tuple(nodes)

    async def lyrics(self, track: Track) -> Lyrics | None:
        """See ports.LyricsFinder."""
        away: Away | None = None
        for node in self._nodes:
            try:
                return _lyrics_of(await node.lyrics(track.encoded))
            except NotOffered:
                continue
            except (Away, PasswordRefused) as error:
                _log.warning("%s; asking the next node for lyrics", error)
                away = Away(str(error))
        raise away or NotOffered("no Lavalink node has the plugin LavaLyrics")


def _lyrics_of(raw: Any) -> Lyrics | None:
    if raw is None:
        return None
    try:
        answer = msgspec.convert(raw, _Answer)
    except msgspec.ValidationError as error:
        raise NodeRefused("a Lavalink node describes lyrics in a form unknown to us") from error
    lines = tuple(one.line for one in answer.lines or ()) or tuple((answer.text or "").splitlines())
    if not any(line.strip() for line in lines):
        return None
    return Lyrics(lines, answer.provider or answer.source_name)
