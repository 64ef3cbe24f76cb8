"""Lyrics from nodes with the plugin LavaLyrics, from nodes without it, and from several."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from simulator.catalogue import ensure_catalogue
from simulator.stack import CATALOGUE
from tests.workers.adapters.lavalink_stage import USER_ID, node_stage
from workers.adapters.lavalink_loader import LavalinkLoader
from workers.adapters.lyrics import NodeLyrics
from workers.player.lyrics import Lyrics
from workers.player.track import Track
from workers.ports import Away, NodeRefused, NotOffered

TRACK = Track(encoded="QAAA", identifier="x", title="X", author="", length_ms=1)


class Node:
    """A LyricsNode that answers what it is told to."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    async def lyrics(self, encoded: str) -> Any:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[list[LavalinkLoader]]:
    """The first without the plugin, the second with it."""
    folder = ensure_catalogue(CATALOGUE).folder
    async with AsyncExitStack() as stack:
        loaders = []
        for lyrics in (False, True):
            stage = await stack.enter_async_context(node_stage(tmp_path, catalogue=folder, lyrics=lyrics))
            loader = LavalinkLoader(stage.address, user_id=USER_ID)
            stack.push_async_callback(loader.close)
            loaders.append(loader)
        yield loaders


async def first(loader: LavalinkLoader, query: str) -> Track:
    return (await loader.load(f"ytsearch:{query}")).tracks[0]


async def test_a_node_with_the_plugin_is_found_among_others(nodes: list[LavalinkLoader]) -> None:
    found = await NodeLyrics(nodes).lyrics(await first(nodes[0], "Greensleeves"))
    assert found is not None
    assert found.lines[0] == "Alas, my love, you do me wrong,"
    assert found.provider == "Segue's catalogue"


async def test_a_track_without_words_has_none(nodes: list[LavalinkLoader]) -> None:
    assert await NodeLyrics(nodes).lyrics(await first(nodes[0], "440 Hz")) is None


async def test_without_the_plugin_none_are_offered(nodes: list[LavalinkLoader]) -> None:
    with pytest.raises(NotOffered):
        await NodeLyrics(nodes[:1]).lyrics(await first(nodes[0], "Greensleeves"))


async def test_the_plugin_is_named_only_where_it_is(nodes: list[LavalinkLoader]) -> None:
    plugins = [(await node._rest.ask("GET", "info"))["plugins"] for node in nodes]
    assert [[plugin["name"] for plugin in each] for each in plugins] == [[], ["lavalyrics-plugin"]]


@pytest.mark.parametrize(
    ("answer", "lyrics"),
    [
        (
            {"sourceName": "s", "provider": "p", "text": "a\n\nb", "lines": [], "plugin": {}},
            Lyrics(("a", "", "b"), "p"),
        ),
        ({"sourceName": "s", "provider": "", "text": "a", "lines": None}, Lyrics(("a",), "s")),
        (
            {"sourceName": "s", "provider": "p", "text": None, "lines": [{"timestamp": 1, "line": "a"}]},
            Lyrics(("a",), "p"),
        ),
        ({"sourceName": "s", "provider": "p", "text": " ", "lines": []}, None),
        (None, None),
    ],
)
async def test_text_or_lines_have_the_words(answer: Any, lyrics: Lyrics | None) -> None:
    assert await NodeLyrics([Node(answer)]).lyrics(TRACK) == lyrics


async def test_a_node_that_is_away_may_be_the_one_that_knows() -> None:
    with pytest.raises(Away):
        await NodeLyrics([Node(NotOffered("404")), Node(Away("gone"))]).lyrics(TRACK)
    with pytest.raises(Away):
        await NodeLyrics([Node(Away("gone")), Node(NotOffered("404"))]).lyrics(TRACK)


async def test_another_form_is_refused() -> None:
    with pytest.raises(NodeRefused):
        await NodeLyrics([Node({"words": "a"})]).lyrics(TRACK)
