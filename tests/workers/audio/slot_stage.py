"""An owned slot among fakes, for the tests of all that happens inside one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from project.wire.messages import (
    Actor,
    Command,
    Order,
    Outcome,
)
from tests.workers.audio.fake_session import Session
from tests.workers.audio.fakes import (
    Book,
    Catalogue,
    Events,
    Kept,
    Memories,
    MemoryStore,
    Mirror,
    Stream,
    Terms,
    Wordless,
    WrittenSessions,
)
from workers.audio.actor_ports import ActorPorts
from workers.audio.change_teller import ChangeTeller
from workers.audio.fleet import Fleet
from workers.audio.owned_slot import OwnedSlot
from workers.audio.speaker import Speaker
from workers.audio.troubles import TroubleNotes
from workers.player.facts import Fact
from workers.ports import NodeAddress

GUILD = 8 << 22


ALICE = Actor(kind="member", user_id=1, name="Alice", voice_channel_id=50)


EPOCH = 5


@dataclass
class Stage:
    """An owned slot among fakes."""

    store: MemoryStore = field(default_factory=MemoryStore)
    finder: Catalogue = field(default_factory=Catalogue)
    mirror: Mirror = field(default_factory=Mirror)
    stream: Stream = field(default_factory=Stream)
    suggestions: Memories = field(default_factory=Memories)
    terms: Terms = field(default_factory=Terms)
    session: Session = field(default_factory=Session)
    other: Session = field(default_factory=lambda: Session(NodeAddress("other", 2333, "secret")))
    """On a second node, which is used when the first one fails."""
    written: WrittenSessions = field(default_factory=WrittenSessions)
    events: Events = field(default_factory=Events)
    kept: Kept = field(default_factory=Kept)
    book: Book = field(default_factory=Book)
    now_ms: int = 10_000_000

    trusted: bool = True

    def __post_init__(self) -> None:
        speaker = Speaker(self.stream)
        ports = ActorPorts(
            self.store,
            self.finder,
            Wordless(),
            self.mirror,
            speaker,
            self.suggestions,
            lambda: self.now_ms,
            self.terms,
            ChangeTeller(self.events),
            saved=self.kept,
            troubles=TroubleNotes(self.book),
        )
        sessions = {session.node.name: session for session in (self.session, self.other)}
        self.fleet = Fleet([session.node for session in sessions.values()], lambda node, _changed: sessions[node.name])
        self.slot = OwnedSlot(0, EPOCH, self.fleet, self.written, ports, lambda: self.trusted)

    async def command(self, order: Order, command_id: str = "c1", actor: Actor = ALICE) -> str:
        issued = self.now_ms
        command = Command(id=command_id, guild_id=GUILD, order=order, actor=actor, text_channel_id=9, issued_ms=issued)
        return await self.slot.command(command)

    def fact(self, fact: Fact) -> None:
        self.slot.heard(self.slot.link_of(GUILD), GUILD, fact)

    @property
    def connected(self) -> bool:
        return self.slot.link_of(GUILD).connected

    @property
    def outcomes(self) -> list[Outcome]:
        return [message for message in self.stream.sent if isinstance(message, Outcome)]

    @property
    def started(self) -> list[object]:
        return [detail for what, detail in self.session.done if what == "start"]


async def until(true: Callable[[], bool]) -> None:
    """Let the loop run until it is so."""
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not become so within 5 s")


@pytest.fixture
async def stage() -> Stage:
    made = Stage()
    await made.slot.take("test")
    await until(lambda: made.connected)
    return made
