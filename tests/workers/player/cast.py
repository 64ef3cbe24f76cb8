"""The cast and the stage of the core's tests: Alice the DJ, Bob the listener, Charlie outside, and a guild player."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeVar

import msgspec

from project.wire.messages import Actor, Command, GuildEvent, Order, Play, VoiceStateChanged
from workers.player.effects import Effect, RemoveScreen, Reply, Save, ShowPlayer, StartTrack
from workers.player.facts import Fact, TracksFound
from workers.player.guild_player import GuildPlayer
from workers.player.limits import GuildRules, Limits
from workers.player.outcomes import Conclusion, Refused
from workers.player.track import Track

GUILD = 81384788765712384
LOUNGE, STUDIO, CHAT = 1001, 1002, 2001
DJ_ROLE = 500

ALICE = Actor(kind="member", user_id=1, name="Alice", role_ids=(DJ_ROLE,), voice_channel_id=LOUNGE)
BOB = Actor(kind="member", user_id=2, name="Bob", voice_channel_id=LOUNGE)
CHARLIE = Actor(kind="member", user_id=3, name="Charlie", voice_channel_id=STUDIO)
DORA = Actor(kind="member", user_id=4, name="Dora")
TOKEN = Actor(kind="token", user_id=0, name="API")

MINUTE = 60_000
NOON = 1_700_000_000_000

E = TypeVar("E")


def song(title: str = "Song", *, length_ms: int = 3 * MINUTE, stream: bool = False) -> Track:
    """A track with its title for everything."""
    return Track(
        encoded=f"enc:{title}",
        identifier=title,
        title=title,
        author="The Band",
        length_ms=0 if stream else length_ms,
        is_stream=stream,
        is_seekable=not stream,
        uri=f"https://music.example/{title}",
    )


@dataclass
class Stage:
    """A player with a clock that the test turns."""

    player: GuildPlayer = field(default_factory=lambda: GuildPlayer(GUILD))
    now_ms: int = NOON
    limits: Limits = field(default_factory=Limits)
    rules: GuildRules = field(default_factory=GuildRules)
    commands: int = 0

    def wait(self, ms: int) -> None:
        """Time passes."""
        self.now_ms += ms

    def command(self, order: Order, actor: Actor = ALICE, *, issued_ms: int | None = None, id: str = "") -> Command:
        """A command as the gateway sends it."""
        self.commands += 1
        return Command(
            id=id or f"c{self.commands}",
            guild_id=GUILD,
            order=order,
            actor=actor,
            text_channel_id=CHAT,
            issued_ms=self.now_ms if issued_ms is None else issued_ms,
        )

    def handle(self, message: Command | GuildEvent | Fact) -> list[Effect]:
        """Give the player a message."""
        return self.player.handle(message, now_ms=self.now_ms, limits=self.limits, rules=self.rules)

    def order(self, order: Order, actor: Actor = ALICE, *, issued_ms: int | None = None) -> list[Effect]:
        """Give the player an order."""
        return self.handle(self.command(order, actor, issued_ms=issued_ms))

    def ask(self, order: Order, actor: Actor = ALICE, *, issued_ms: int | None = None) -> Conclusion:
        """Give the player an order that is answered at once."""
        return only(self.order(order, actor, issued_ms=issued_ms), Reply).conclusion

    def refusal(self, order: Order, actor: Actor = ALICE, *, issued_ms: int | None = None) -> str:
        """The reason for which an order is refused."""
        conclusion = self.ask(order, actor, issued_ms=issued_ms)
        assert isinstance(conclusion, Refused)
        return conclusion.reason

    def reserve(self, order: Play | None = None, actor: Actor = ALICE) -> str:
        """A Play whose search still runs; returns its command id."""
        command = self.command(order or Play(query="anything"), actor)
        self.handle(command)
        return command.id

    def found(self, command_id: str, *tracks: Track, playlist: str | None = None) -> list[Effect]:
        """A search ends."""
        return self.handle(TracksFound(command_id, tracks, playlist))

    def play(self, *titles: str, actor: Actor = ALICE) -> None:
        """Plays of single tracks, found at once."""
        for title in titles:
            self.found(self.reserve(actor=actor), song(title))

    def arrive(self, channel_id: int | None = LOUNGE, listeners: int = 2) -> list[Effect]:
        """Discord says where the bot is."""
        return self.handle(
            VoiceStateChanged(
                guild_id=GUILD, bot_channel_id=channel_id, listeners=listeners, user_id=9, at_ms=self.now_ms
            )
        )

    def loop(self, mode: Literal["off", "track", "queue"]) -> None:
        """The saved state says to loop."""
        player = self.player
        state = msgspec.structs.replace(player.state, loop=mode)
        self.player = GuildPlayer.restore(state, player.current, player.queue, player.played)

    @property
    def current_id(self) -> int:
        """Id of the current entry, which must exist."""
        assert self.player.current is not None
        return self.player.current.id

    @property
    def current_title(self) -> str | None:
        """Title of the current entry."""
        return self.player.current.track.title if self.player.current else None

    @property
    def titles(self) -> list[str]:
        """Titles that wait."""
        return [entry.track.title for entry in self.player.queue]


def all_of(effects: list[Effect], kind: type[E]) -> list[E]:
    """The effects of one kind."""
    return [effect for effect in effects if isinstance(effect, kind)]


def only(effects: list[Effect], kind: type[E]) -> E:
    """The one effect of a kind."""
    (effect,) = all_of(effects, kind)
    return effect


def kinds(effects: list[Effect]) -> list[str]:
    """Names of the effects in order, without what is only shown: most turns show the player, see test_showing."""
    return [type(effect).__name__ for effect in effects if not isinstance(effect, ShowPlayer | RemoveScreen)]


def started(effects: list[Effect]) -> str:
    """Title of the track that is started."""
    return only(effects, StartTrack).entry.track.title


def saved(effects: list[Effect]) -> Save:
    """The Save, which must be first and the only one."""
    save = only(effects, Save)
    assert effects[0] is save
    return save
