"""The gateway's small rules, without sockets: rate, clock, session point, voice map, lanes, kept commands."""

from __future__ import annotations

import asyncio
import dataclasses
from email.utils import formatdate
from functools import partial

import discord
import pytest
from discord.gateway import DiscordWebSocket
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_clock import DiscordClock
from bot.gateway_session import GatewaySession, Resumable, resumable_of
from bot.gateway_socket import RESUME_TRIES, GatewaySocket
from bot.guild_lanes import GuildLanes
from bot.guilds import Guilds
from bot.kept_commands import KeptCommands
from bot.rate import GuildRate
from bot.sentences import SLOW_DOWN
from bot.voice_map import LEFT, PRESENT_MAX, GuildVoice, Seat, from_mirror, state_changed
from project.spawned import ended
from project.wire.messages import Actor, Command, Order, ShowQueue, Skip


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def test_ten_commands_in_five_seconds_and_no_more() -> None:
    clock = Clock()
    rate = GuildRate(clock)
    assert [rate.allow(1) for _ in range(11)] == [True] * 10 + [False]
    assert rate.allow(2), "another guild is not crowded out"
    clock.now += 4.9
    assert not rate.allow(1)
    clock.now += 0.1
    assert [rate.allow(1) for _ in range(11)] == [True] * 10 + [False]


def test_the_discord_clock_narrows_with_every_answer() -> None:
    monotonic, wall = Clock(50.0), Clock(9_999.0)
    clock = DiscordClock(monotonic, wall)
    assert clock.now_ms() == 9_999_000
    truth = 1_700_000_000.0  # Discord's time when our monotonic clock shows 0
    for at in (50.0, 50.9, 52.05, 53.45, 60.99):
        monotonic.now = at
        clock.seen(formatdate(truth + at, usegmt=True), sent=at - 0.02)
    assert abs(clock.now_ms() - (truth + 60.99) * 1000) < 60


def test_the_discord_clock_follows_a_jump_and_ignores_nonsense() -> None:
    monotonic = Clock(10.0)
    clock = DiscordClock(monotonic, Clock())
    clock.seen(formatdate(2_000, usegmt=True), sent=10.0)
    clock.seen("yesterday", sent=10.0)
    assert abs(clock.now_ms() - 2_000_500) <= 500
    clock.seen(formatdate(5_000, usegmt=True), sent=10.0)
    assert abs(clock.now_ms() - 5_000_500) <= 500


def test_a_saved_sequence_never_passes_an_event_under_way() -> None:
    session = GatewaySession(3)
    session.opened("abc", "wss://resume")
    first, second = session.begin(7), session.begin(8)
    session.seen(9)
    assert session.resumable() == Resumable("abc", 6, "wss://resume")
    session.done(second)
    assert session.resumable() == Resumable("abc", 6, "wss://resume")
    assert session.resumable(finishing=first) == Resumable("abc", 9, "wss://resume")
    assert session.newest() == Resumable("abc", 9, "wss://resume")
    session.done(first)
    assert session.resumable() == Resumable("abc", 9, "wss://resume")


def test_an_event_of_a_former_session_does_not_count_in_the_next() -> None:
    session = GatewaySession(0)
    session.opened("abc", "wss://a")
    old = session.begin(5)
    session.forget()
    assert session.writes() == ()
    session.opened("def", "wss://b")
    session.begin(5)
    session.done(old)
    assert session.resumable() == Resumable("def", 4, "wss://b")


@pytest.mark.parametrize(("ending", "sequence"), [(asyncio.CancelledError(), 4), (RuntimeError("a bad event"), 5)])
def test_an_event_given_up_at_a_hand_over_is_wanted_again_but_a_bad_one_is_not(
    ending: BaseException, sequence: int
) -> None:
    session = GatewaySession(0)
    session.opened("abc", "wss://a")
    ticket = session.begin(5)
    with pytest.raises(type(ending)), session.handling(ticket):
        raise ending
    assert session.resumable() == Resumable("abc", sequence, "wss://a")


def test_what_is_saved_can_be_read_back() -> None:
    session = GatewaySession(3)
    session.opened("abc", "wss://resume")
    session.seen(12)
    writes = session.writes()
    assert {key for key, _, _ in writes} == {"shard:3:session"}
    assert resumable_of({field.encode(): value.encode() for _, field, value in writes}) == session.resumable()
    assert resumable_of({}) is None
    assert resumable_of({"session_id": "a", "sequence": "many", "resume_url": "b"}) is None


snowflakes = st.integers(min_value=1, max_value=2**63)
seats = st.builds(Seat, snowflakes, st.booleans())


@given(
    st.booleans(),
    st.dictionaries(snowflakes, seats, max_size=5),
    st.none() | snowflakes,
    st.none() | st.text(min_size=1, max_size=5),
    st.tuples(st.booleans(), st.booleans()),
    st.integers(min_value=-1, max_value=9),
    st.none() | st.just(LEFT) | snowflakes,
    st.integers(min_value=0, max_value=2**41),
)
def test_the_mirror_gives_the_same_map_back(
    complete: bool,
    seated: dict[int, Seat],
    own: int | None,
    secret: str | None,
    silenced: tuple[bool, bool],
    rev: int,
    asked: int | None,
    epoch: int,
) -> None:
    voice = GuildVoice(complete, seated, own, secret, *silenced, secret, secret, rev, asked, epoch)
    assert from_mirror(voice.to_mirror()) == voice
    assert not voice.to_mirror().keys() & set(voice.unset())


def test_only_humans_in_our_channel_listen() -> None:
    voice = GuildVoice(own_channel=1, seats={1: Seat(1), 2: Seat(1, bot=True), 3: Seat(2)})
    assert voice.listeners() == 1
    assert GuildVoice(seats={1: Seat(1)}).listeners() == 0


def test_who_shares_our_channel_is_named_if_it_is_known_and_the_message_stays_short() -> None:
    seats = {1: Seat(10), 2: Seat(10, bot=True), 3: Seat(11)}
    voice = GuildVoice(own_channel=10, seats=seats, complete=True)
    assert state_changed(5, voice, by=1, at_ms=0).present == (1,)
    assert state_changed(5, dataclasses.replace(voice, complete=False), by=1, at_ms=0).present is None
    crowd = dataclasses.replace(voice, seats={user: Seat(10) for user in range(PRESENT_MAX + 1)})
    assert state_changed(5, crowd, by=1, at_ms=0).present is None


def test_moves_concern_us_when_they_touch_our_channel() -> None:
    voice = GuildVoice(own_channel=1)
    assert voice.move(7, Seat(1))
    assert not voice.move(7, Seat(1)), "muting is no move"
    assert voice.move(7, Seat(2))
    assert not voice.move(7, Seat(3))
    assert not voice.move(7, None)


def test_voice_secrets_are_not_shown() -> None:
    shown = repr(GuildVoice(own_session="session-secret", token="token-secret"))
    assert "secret" not in shown


def test_guilds_that_were_left_are_known_with_and_without_a_list() -> None:
    guilds = Guilds()
    assert not guilds.gone(1)
    guilds.left(1)
    assert guilds.gone(1)
    guilds.joined(1)
    assert not guilds.gone(1)
    guilds.listed([2])
    assert guilds.gone(1)
    assert not guilds.gone(2)


def command(identity: str, order: Order) -> Command:
    """A command of one guild."""
    return Command(id=identity, guild_id=1, order=order, actor=Actor(kind="member", user_id=1), issued_ms=0)


def test_accepted_commands_are_kept_in_order_until_their_outcome() -> None:
    clock = Clock()
    kept = KeptCommands(clock)
    for identity in ("a", "b", "c", "not accepted yet"):
        kept.keep(command(identity, Skip()))
    kept.keep(command("read", ShowQueue()))
    for identity in ("a", "b", "c", "read"):
        kept.accepted(identity)
    kept.forget("b")
    kept.accepted("b")
    assert [one.id for one in kept.all()] == ["a", "c"]
    assert [kept.holds(identity) for identity in ("a", "b", "not accepted yet", "read")] == [True, False, True, False]
    clock.now += 901
    assert not kept.holds("a")
    assert kept.all() == []


async def test_a_lane_keeps_order_and_lanes_run_side_by_side() -> None:
    lanes, seen, gate = GuildLanes(), list[str](), asyncio.Event()

    async def waits() -> None:
        await gate.wait()
        seen.append("slow guild, first")

    async def fails() -> None:
        raise RuntimeError("a bad event")

    async def notes(what: str) -> None:
        seen.append(what)

    lanes.submit(1, waits)
    lanes.submit(1, fails)
    lanes.submit(1, lambda: notes("slow guild, last"))
    lanes.submit(2, lambda: notes("other guild"))
    assert not await lanes.drained(0.01)
    assert seen == ["other guild"]
    gate.set()
    assert await lanes.drained(5)
    assert seen == ["other guild", "slow guild, first", "slow guild, last"]
    assert lanes.busy == 0


async def test_one_lane_is_waited_for_though_others_are_busy() -> None:
    lanes, gate, seen = GuildLanes(), asyncio.Event(), list[str]()

    async def waits() -> None:
        await gate.wait()
        seen.append("done")

    lanes.submit("other", asyncio.Event().wait)  # type: ignore[arg-type]  # what it returns is not looked at
    await lanes.idle("mine", 5)
    lanes.submit("mine", waits)
    await lanes.idle("mine", 0.01)
    assert seen == []
    gate.set()
    await lanes.idle("mine", 5)
    assert seen == ["done"]
    await lanes.close()


async def test_all_lanes_of_a_guild_are_waited_for() -> None:
    lanes, seen = GuildLanes(), list[int]()

    async def notes(number: int) -> None:
        await asyncio.sleep(0)
        seen.append(number)

    for number in (1, 2):
        lanes.submit((5, "answer", number), partial(notes, number))
    lanes.submit((6, "answer", 1), asyncio.Event().wait)  # type: ignore[arg-type]  # what it returns is not looked at
    await lanes.all_idle((5, "answer"), 5)
    assert sorted(seen) == [1, 2]
    await lanes.close()


async def test_a_job_that_swallows_a_cancellation_is_cancelled_again() -> None:
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed == 3:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await ended(task)
    assert task.cancelled()


@pytest.mark.parametrize(("locale", "language"), [("en-US", "en"), ("es-ES", "es"), ("es-419", "es"), ("de", "en")])
def test_sentences_come_in_the_members_language(locale: str, language: str) -> None:
    assert SLOW_DOWN.of(locale) == getattr(SLOW_DOWN, language)


def test_a_session_whose_own_address_is_gone_is_asked_for_at_the_common_one() -> None:
    client = discord.Client(intents=discord.Intents.none())
    socket = GatewaySocket(client, 0, GatewaySession(0), {})
    gone = "wss://gone.example/"
    assert str(socket._resume_gateway(gone)) == gone
    socket._failures = RESUME_TRIES
    assert socket._resume_gateway(gone) == DiscordWebSocket.DEFAULT_GATEWAY
