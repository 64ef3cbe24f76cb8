"""Every Redis key and channel that two processes share, named once.

Keys under `temp:` may be dropped at any time. No key here is durable truth: Redis may be emptied while running.
"""

from __future__ import annotations

from urllib.parse import quote

LEASES_BORN = "leases:born"
"""When this Redis began to know leases (Redis TIME in ms); lost with FLUSHALL, set again by the lease scripts."""

PLAYERS_ACTIVE = "players:active"
"""Set of guild ids that have a player; voice events of other guilds are mirrored, not published."""

COMMANDS_TAP = "discord-bot:commands"
TO_AUDIO_TAP = "discord-bot:to-audio"
EVENTS_CHANNEL = "discord-bot:events"
"""Cache invalidation for every process; the two taps above are for operators only."""

STAFF_CHANNEL = "discord-bot:staff"
"""Says (with any payload) that staff wish nodes drained or guilds blocked: the audio workers read those tables anew."""

NODE_REPORTS = "nodes:reports"
"""Hash node name -> fleet_reports.NodeReport as JSON."""
NODES_KNOWN = "nodes:known"
"""Sorted set of node names, also of those that nobody uses now, by when an audio worker named them (ms since 1970)."""


def journal(slot: int) -> str:
    """Hash of message id -> `seq|raw Celery message`, for what is published and not yet done."""
    return f"slot:{slot}:journal"


def sequence(slot: int) -> str:
    """Counter that orders a slot's messages."""
    return f"slot:{slot}:seq"


def desk_claim(command_id: str) -> str:
    """Somebody is at a part of a command that is carried out in parts."""
    return f"temp:desk:claim:{command_id}"


def desk_told(command_id: str) -> str:
    """The member of such a command has just been told how far it is."""
    return f"temp:desk:told:{command_id}"


def desk_journal(slot: int) -> str:
    """The same as `journal` for commands to the desk, which consumes one queue for all slots."""
    return f"desk:{slot}:journal"


def desk_sequence(slot: int) -> str:
    """Counter that orders a slot's commands to the desk."""
    return f"desk:{slot}:seq"


def slot_sessions(slot: int) -> str:
    """Hash of node name -> Lavalink session id; the mirror of table slot_sessions."""
    return f"slot:{slot}:sessions"


def slot_report(slot: int) -> str:
    """The slot as its owner sees it, a fleet_reports.SlotReport as JSON; expires soon."""
    return f"slot:{slot}:report"


def slot_elsewhere(slot: int) -> str:
    """Hash guild -> node name of the slot's guilds that are not on its primary node; expires soon."""
    return f"slot:{slot}:elsewhere"


def slot_lease(slot: int) -> str:
    """Hash owner, token; expires with the lease."""
    return f"lease:slot:{slot}"


def shard_claim(shard: int) -> str:
    """Hash owner, token; the gateway replica that runs a shard."""
    return f"lease:shard:{shard}"


OUT_FIELD = "message"
"""The one field of an out-stream entry: an Outbound message as JSON."""
OUT_GROUP = "gateway"
"""The out-streams' consumer group; made by whoever comes first, from the stream's beginning."""
OUT_LENGTH = 10_000
"""Cap of an out-stream, for XADD MAXLEN ~."""


def shard_out(shard: int) -> str:
    """Stream of what workers want said or done at Discord; consumed by the shard's gateway."""
    return f"shard:{shard}:out"


def shard_open(shard: int) -> str:
    """Hash interaction id -> what a new gateway process needs to answer it first; no secret, removed when answered."""
    return f"shard:{shard}:open"


def shard_session(shard: int) -> str:
    """Hash session_id, sequence, resume_url: what a new gateway process needs to RESUME."""
    return f"shard:{shard}:session"


def voice(guild_id: int) -> str:
    """Hash: session_id, channel_id (our own), token, endpoint (of the voice server), `member:<user>` -> channel.

    Bots are `bot:<user>` -> channel; `move_epoch`, `move_rev` and `move_channel` are the last op 4's (channel 0:
    leave); `complete` says that everybody is in it.
    The only place where voice credentials live; they never travel in a message.
    """
    return f"voice:{guild_id}"


def guild_ui(guild_id: int) -> str:
    """Hash locale, ephemeral, taste: what the gateway must know before a worker has answered."""
    return f"guild-ui:{guild_id}"


FEATURES_PATTERN = "features:*"
"""All guilds'."""


def features(guild_id: int) -> str:
    """What the guild's plan allows, as JSON; a cache that anybody may delete (the runbook does)."""
    return f"features:{guild_id}"


def subscription(guild_id: int) -> str:
    """The guild's subscription as JSON; the same."""
    return f"subscription:{guild_id}"


def guild_events(guild_id: int) -> str:
    """Capped stream of player changes, read by server-sent events."""
    return f"guild:{guild_id}:events"


def interaction(interaction_id: str) -> str:
    """An interaction's token, for 15 minutes; only the gateway reads or writes it."""
    return f"interaction:{interaction_id}"


def screen_place(guild_id: int) -> str:
    """Channel and id of a player message that the gateway posted lately; only gateways read or write it."""
    return f"temp:screen:{guild_id}"


def accepted(command_id: str) -> str:
    """Lives 10 s: by it the publish script still knows that it took a command, after the worker is done with it."""
    return f"temp:accepted:{command_id}"


def outcome(command_id: str) -> str:
    """List of the outcome of an API command, an Ended as JSON (again if the command came again)."""
    return f"temp:outcome:{command_id}"


OUTCOME_SECONDS = 60
"""How long an outcome can be fetched before it has to be read from table `commands`."""


def asked(command_id: str) -> str:
    """Guild of a command that the API published, so that somebody may ask for it before it is done."""
    return f"temp:asked:{command_id}"


def api_requests(subject: str, minute: int) -> str:
    """Counter of API requests of a guild or a person in one minute since 1970."""
    return f"temp:api:{subject}:{minute}"


def sign_ins(door: str, minute: int) -> str:
    """Counter of sign-ins that asked Discord in one minute since 1970."""
    return f"temp:sign-ins:{door}:{minute}"


SIGN_INS_REST = "temp:sign-ins-rest"
"""There while no sign-in may ask Discord, because it said so."""


def search(prefix: str, words: str, taste: str = "") -> str:
    """What was found lately, for autocompletion: of all, or (see desk.taste_of) of what a guild wants of it.

    Words are percent-encoded: what they hold would be taken apart by a shell through which keys are dropped.
    """
    words = quote(words, safe="")
    return f"temp:search-{taste}:{prefix}:{words}" if taste else f"temp:search:{prefix}:{words}"


SEARCHES_WARM = "temp:searches-warm"
"""There while what is often searched for was searched again; gone when Redis was emptied."""


def playlists(user_id: int) -> str:
    """Names of a member's playlists, for autocomplete; JSON like a cached search."""
    return f"temp:playlists:{user_id}"


def history(user_id: int) -> str:
    """Recently played titles of a member, for autocomplete."""
    return f"temp:history:{user_id}"
