"""A member's words become tracks through whichever node answers, or one honest failure."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from tests.workers.adapters.lavalink_stage import PASSWORD, USER_ID, Stage, node_stage
from workers.adapters.address_rules import Address
from workers.adapters.lavalink_loader import LavalinkLoader
from workers.adapters.lavalink_rest import NoAnswer
from workers.adapters.lavalink_tracks import Loaded
from workers.adapters.source_rests import FAILURES
from workers.adapters.sources import SOURCES
from workers.adapters.track_finder import NodeTrackFinder
from workers.player.facts import TracksFound
from workers.player.track import Track
from workers.ports import Away, NodeAddress, NodeRefused, TrackFinder

ONE, TWO = (Track(encoded=name, identifier=name, title=name, author="", length_ms=1) for name in ("one", "two"))
ADDRESSES = {"public.example": "8.8.8.8", "rebound.example": "10.0.0.5", "rebound6.example": "::ffff:127.0.0.1"}


async def resolve(name: str) -> tuple[Address, ...]:
    found = ADDRESSES.get(name)
    return () if found is None else (ipaddress.ip_address("1.1.1.1"), ipaddress.ip_address(found))


class Loader:
    """A node that gives what it is told to."""

    def __init__(
        self, answer: Loaded | Exception, *, rested: bool = True, sources: Collection[str] | Exception = SOURCES
    ) -> None:
        self.rested = rested
        self._sources = sources
        self.asked: list[str] = []
        self._answer = answer

    async def load(self, identifier: str) -> Loaded:
        self.asked.append(identifier)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    async def sources(self) -> frozenset[str]:
        if isinstance(self._sources, Exception):
            raise self._sources
        return frozenset(self._sources)


def finder(*loaders: Loader) -> TrackFinder:
    return NodeTrackFinder(loaders, search_prefix="scsearch", sandbox=False, resolve=resolve)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (Loaded("track", (ONE,)), TracksFound("c", (ONE,))),
        (Loaded("search", (ONE, TWO)), TracksFound("c", (ONE, TWO))),
        (Loaded("search", (ONE,) * 40), TracksFound("c", (ONE,) * 25)),
        (Loaded("search", ()), TracksFound("c", ())),
        (Loaded("playlist", (ONE, TWO), "Mix"), TracksFound("c", (ONE, TWO), playlist="Mix")),
        (Loaded("empty"), TracksFound("c", ())),
        (Loaded("error"), TracksFound("c", (), failure="source_failed")),
        (NodeRefused("500"), TracksFound("c", (), failure="source_failed")),
        (NoAnswer("slow"), TracksFound("c", (), failure="timed_out")),
        (Away("gone"), TracksFound("c", (), failure="node_away")),
    ],
)
async def test_every_answer_has_its_outcome(answer: Loaded | Exception, found: TracksFound) -> None:
    assert await finder(Loader(answer)).find("c", "words") == found


async def test_without_nodes_the_node_is_away() -> None:
    assert (await finder().find("c", "words")).failure == "node_away"


async def test_nodes_take_turns() -> None:
    loaders = [Loader(Loaded("empty")), Loader(Loaded("empty"))]
    finds = finder(*loaders)

    for _ in range(4):
        await finds.find("c", "words")

    assert [len(loader.asked) for loader in loaders] == [2, 2]


async def test_the_next_node_is_asked_when_one_is_away_but_not_when_it_is_slow() -> None:
    away, there = Loader(Away("gone")), Loader(Loaded("track", (ONE,)))
    finds = finder(away, there)
    for _ in range(2):
        assert await finds.find("c", "words") == TracksFound("c", (ONE,))

    slow, other = Loader(NoAnswer("slow")), Loader(NoAnswer("slow"))
    assert (await finder(slow, other).find("c", "words")).failure == "timed_out"
    assert len(slow.asked) + len(other.asked) == 1


async def test_a_node_that_failed_just_now_is_asked_last() -> None:
    failed, good = Loader(Loaded("track", (TWO,)), rested=False), Loader(Loaded("track", (ONE,)))
    finds = finder(failed, good)

    for _ in range(3):
        assert (await finds.find("c", "words")).tracks == (ONE,)
    assert failed.asked == []


@pytest.mark.parametrize(
    "typed", ["http://127.0.0.1/", "https://rebound.example/x", "https://rebound6.example/x", "<http://redis:6379/>"]
)
async def test_private_addresses_are_refused_before_any_node_hears_of_them(typed: str) -> None:
    loader = Loader(Loaded("track", (ONE,)))

    assert await finder(loader).find("c", typed) == TracksFound("c", (), failure="address_refused")
    assert loader.asked == []


async def test_public_and_unresolvable_names_reach_the_node_raw() -> None:
    loader = Loader(Loaded("track", (ONE,)))
    finds = finder(loader)

    await finds.find("c", "https://public.example/a")
    await finds.find("c", "<https://music.segue.example/track/b>")
    await finds.find("c", "local:/etc/passwd")

    assert loader.asked == [
        "https://public.example/a",
        "https://music.segue.example/track/b",
        "scsearch:local:/etc/passwd",
    ]


async def test_nothing_typed_finds_nothing_without_asking() -> None:
    loader = Loader(Loaded("track", (ONE,)))

    assert await finder(loader).find("c", " \x00 ") == TracksFound("c", ())
    assert loader.asked == []


@pytest.mark.parametrize(
    ("answer", "failure"), [(Loaded("error"), "source_failed"), (NoAnswer("slow"), "timed_out")], ids=["fails", "hangs"]
)
async def test_a_source_that_fails_again_and_again_is_asked_no_more_for_a_while(
    answer: Loaded | Exception, failure: str
) -> None:
    loader = Loader(answer)
    finds = finder(loader)
    failures = [(await finds.find("c", f"words {number}")).failure for number in range(FAILURES + 2)]
    assert failures == [failure] * FAILURES + ["source_resting"] * 2
    assert len(loader.asked) == FAILURES
    await finds.find("c", "words", "bandcamp")
    await finds.find("c", "https://music.segue.example/track/b")
    assert loader.asked[FAILURES:] == ["bcsearch:words", "https://music.segue.example/track/b"]


async def test_a_node_that_is_away_is_not_its_sources_fault() -> None:
    away = Loader(Away("gone"))
    finds = finder(away)
    failures = {(await finds.find("c", f"words {number}")).failure for number in range(2 * FAILURES)}
    assert failures == {"node_away"}


@pytest.mark.parametrize("answer", [Loaded("empty"), Loaded("error"), Loaded("search", ())])
async def test_what_a_node_has_no_source_for_is_not_called_unknown(answer: Loaded) -> None:
    finds = finder(Loader(answer, sources={"soundcloud", "http"}))
    assert (await finds.find("c", "words", "spotify")).failure == "source_off"
    assert (await finds.find("c", "https://open.spotify.com/track/a")).failure == "source_off"
    assert (await finds.find("c", "words", "soundcloud")).failure == (
        "source_failed" if answer.kind == "error" else None
    )


async def test_a_source_that_is_off_does_not_rest() -> None:
    finds = finder(Loader(Loaded("error"), sources={"http"}))
    failures = {(await finds.find("c", f"words {number}", "spotify")).failure for number in range(2 * FAILURES)}
    assert failures == {"source_off"}


async def test_a_node_that_does_not_tell_its_sources_is_believed_to_have_them() -> None:
    assert await finder(Loader(Loaded("empty"), sources=Away("gone"))).find("c", "words") == TracksFound("c", ())


async def test_answers_are_counted_by_source() -> None:
    def counted(source: str, answer: str) -> float:
        return REGISTRY.get_sample_value("source_answers_total", {"source": source, "answer": answer}) or 0.0

    places = (("soundcloud", "found"), ("youtube", "nothing"), ("other", "found"))
    before = [counted(*place) for place in places]
    await finder(Loader(Loaded("search", (ONE,)))).find("c", "words")
    await finder(Loader(Loaded("empty"))).find("c", "https://youtu.be/a")
    await finder(Loader(Loaded("track", (ONE,)))).find("c", "https://public.example/a")
    assert [counted(*place) for place in places] == [count + 1 for count in before]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with node_stage(tmp_path) as stage:
        yield stage


async def test_a_real_node_loads_a_sandbox_path(stage: Stage) -> None:
    loader = LavalinkLoader(stage.address, user_id=USER_ID)
    finds = NodeTrackFinder([loader], search_prefix="scsearch", sandbox=True, resolve=resolve)

    found = await finds.find("c", str(stage.tone))
    missing = await finds.find("c", str(stage.tone.with_name("gone.wav")))
    nothing = await finds.find("c", "words that no source knows")
    await loader.close()

    [track] = found.tracks
    assert (track.identifier, track.source, track.length_ms) == (str(stage.tone), "local", 120_000)
    assert missing == TracksFound("c", ())
    assert nothing == TracksFound("c", (), failure="source_off"), "it has no SoundCloud"


async def test_a_node_that_is_gone_rests_and_another_answers(stage: Stage) -> None:
    gone = LavalinkLoader(NodeAddress("127.0.0.1", 9, PASSWORD), user_id=USER_ID)
    there = LavalinkLoader(stage.address, user_id=USER_ID)
    finds = NodeTrackFinder([gone, there], search_prefix="scsearch", sandbox=True, resolve=resolve)

    for _ in range(2):
        assert len((await finds.find("c", str(stage.tone))).tracks) == 1

    assert (gone.rested, there.rested) == (False, True)
    await gone.close()
    await there.close()


async def test_a_wrong_password_is_the_nodes_failure_not_the_sources(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    loader = LavalinkLoader(NodeAddress(stage.address.host, stage.address.port, "a-wrong-one"), user_id=USER_ID)
    finds = NodeTrackFinder([loader], search_prefix="scsearch", sandbox=True, resolve=resolve)

    assert (await finds.find("c", str(stage.tone))).failure == "node_away"
    assert "LAVALINK_PASSWORD" in caplog.text
    assert "a-wrong-one" not in caplog.text
    await loader.close()
