"""IDENTIFY and RESUME: who may open or take up a session, and what it is told first."""

from typing import Any

from simulator.discord_gateway.close_codes import Close, Refused
from simulator.discord_gateway.connection import Connection
from simulator.discord_gateway.hub import Hub
from simulator.discord_gateway.session import Session
from simulator.world.events import ALL_INTENTS, PRIVILEGED_INTENTS, Intent
from simulator.world.payloads import own_user_payload


def identify(hub: Hub, connection: Connection, data: dict[str, Any]) -> bool:
    """Opens a session; False when the bucket's five seconds are not over. Raises Refused."""
    _check_token(hub, data)
    shard = _shard(data.get("shard"))
    intents = _intents(data.get("intents"))
    if not hub.limits.allows(shard[0]):
        return False
    session = Session(shard=shard, intents=intents)
    session.connection, connection.session = connection, session
    hub.open(session)
    _greet(hub, session)
    return True


def resume(hub: Hub, connection: Connection, data: dict[str, Any]) -> bool:
    """Takes up a session and replays what it missed; False when there is nothing to resume."""
    _check_token(hub, data)
    hub.drop_expired()
    session = hub.sessions.get(str(data.get("session_id")))
    sequence = data.get("seq")
    if session is None or not isinstance(sequence, int) or not session.can_resume_from(sequence):
        return False
    former = session.connection
    if former is not None:
        former.session = None
        former.abort()
    session.connection, connection.session = connection, session
    session.left_at = None
    for text in session.missed_since(sequence):
        connection.queue(text)
    session.dispatch("RESUMED", {"_trace": ["simulator"]})
    return True


def _greet(hub: Hub, session: Session) -> None:
    """READY with the shard's guilds as unavailable, then one GUILD_CREATE each."""
    world = hub.world
    guilds = [guild for guild in world.joined_guilds() if session.covers(guild.id)]
    ready = {
        "v": 10,
        "user": own_user_payload(world.bot),
        "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
        "session_id": session.id,
        "resume_gateway_url": world.gateway_url,
        "shard": list(session.shard),
        "application": {"id": world.application_id, "flags": 0},
        "session_type": "normal",
        "private_channels": [],
        "relationships": [],
        "presences": [],
        "guild_join_requests": [],
        "user_settings": {},
        "geo_ordered_rtc_regions": [],
        "_trace": ["simulator"],
    }
    session.dispatch("READY", ready)
    if session.intents & Intent.GUILDS:
        for guild in guilds:
            session.dispatch("GUILD_CREATE", world.guild_create(guild))


def _check_token(hub: Hub, data: dict[str, Any]) -> None:
    token = str(data.get("token", "")).removeprefix("Bot ")
    if token != hub.world.bot_token:
        raise Refused(Close.AUTHENTICATION_FAILED, "Authentication failed.")


def _shard(given: Any) -> tuple[int, int]:
    if given is None:
        return 0, 1
    if not isinstance(given, list) or len(given) != 2 or not all(isinstance(n, int) for n in given):
        raise Refused(Close.INVALID_SHARD, "Invalid shard.")
    shard_id, count = given
    if not 0 <= shard_id < count:
        raise Refused(Close.INVALID_SHARD, "Invalid shard.")
    return shard_id, count


def _intents(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given & ~ALL_INTENTS:
        raise Refused(Close.INVALID_INTENTS, "Invalid intent(s).")
    if given & PRIVILEGED_INTENTS:
        raise Refused(Close.DISALLOWED_INTENTS, "Disallowed intent(s).")
    return given
