"""The statements of the player store, read by people who also read PostgreSQL's log (runbook, tracing a command)."""

from __future__ import annotations

from typing import Final, LiteralString

PLAYER_COLUMNS: Final = (
    "guild_id",
    "rev",
    "next_entry",
    "voice_channel_id",
    "text_channel_id",
    "current_entry",
    "position_ms",
    "position_at_ms",
    "paused",
    "volume",
    "loop",
    "filters",
    "autoplay",
    "stopped_by",
    "locale",
    "screen_channel_id",
    "screen_message_id",
    "votes",
    "empty_since_ms",
    "paused_when_empty",
    "follow_up",
    "fair_queue",
)
"""Columns of `players`, named like the fields of PlayerState."""

_PLAYER_LIST: Final[LiteralString] = (
    "guild_id, rev, next_entry, voice_channel_id, text_channel_id, current_entry, position_ms, position_at_ms, "
    "paused, volume, loop, filters, autoplay, stopped_by, locale, screen_channel_id, screen_message_id, "
    "votes, empty_since_ms, paused_when_empty, follow_up, fair_queue"
)

SLOT_COUNT: Final[LiteralString] = "SELECT count(*) FROM slots"

TAKE_SLOT: Final[LiteralString] = """
UPDATE slots SET epoch = %(epoch)s, owner = %(owner)s WHERE slot = %(slot)s AND epoch < %(epoch)s RETURNING slot
"""

SLOT_PLAYERS: Final[LiteralString] = (
    "SELECT "
    + _PLAYER_LIST
    + """ FROM players
WHERE (guild_id >> 22) %% %(slots)s = %(slot)s
  AND voice_channel_id IS NOT NULL
"""
)

PLAYER: Final[LiteralString] = "SELECT " + _PLAYER_LIST + " FROM players WHERE guild_id = %(guild)s"

ENTRIES: Final[LiteralString] = (
    "SELECT status, entry, rank, track, requester_id, requester_name, added_ms FROM queue_entries "
    "WHERE guild_id = %(guild)s ORDER BY rank, entry"
)
ENTRIES_OF_MANY: Final[LiteralString] = (
    "SELECT guild_id, status, entry, rank, track, requester_id, requester_name, added_ms FROM queue_entries "
    "WHERE guild_id = ANY(%(guilds)s::bigint[]) ORDER BY guild_id, rank, entry"
)

OUTCOME: Final[LiteralString] = "SELECT outcome::text FROM commands WHERE id = %(command)s"

# The fence row is read FOR SHARE by every write: raising the epoch waits for writes under way, and later ones find
# no row. `fresh` keeps a statement that was given up on a hung server from overwriting what was saved since.
# `recorded` and `allowed` make a command that was carried out before change nothing. One that is carried out in parts
# says with `asked` how far it is: what is further, or the end, takes the place of that, and nothing else does.
# `heard` is the members' history: an entry that becomes current begins. Every part sees the tables as they were before.
# It costs a tenth of a millisecond where a track begins; from `put` the tracks need not be read a second time.
_FENCED: Final[LiteralString] = """
WITH fence AS (SELECT slot FROM slots WHERE slot = %(slot)s AND epoch = %(epoch)s FOR SHARE),
fresh AS (
  SELECT slot FROM fence
  WHERE NOT EXISTS (SELECT 1 FROM players WHERE guild_id = %(guild_id)s::bigint AND rev >= %(rev)s::bigint)
),
recorded AS (
  INSERT INTO commands (id, guild_id, kind, actor, outcome, took_ms)
  SELECT %(command)s::text, %(guild)s::bigint, %(kind)s::text, %(actor)s::jsonb, %(outcome)s::jsonb,
    %(took_ms)s::integer
  FROM fresh WHERE %(command)s::text IS NOT NULL
  ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, took_ms = excluded.took_ms
  WHERE (commands.outcome->>'asked')::integer < COALESCE((excluded.outcome->>'asked')::integer, 2147483647)
  RETURNING id
),
allowed AS (SELECT slot FROM fresh WHERE %(command)s::text IS NULL OR EXISTS (SELECT 1 FROM recorded))
"""

_ANSWER: Final[LiteralString] = (
    "SELECT (SELECT count(*) FROM fence), (SELECT count(*) FROM fresh), (SELECT count(*) FROM recorded)"
)

RECORD_COMMAND: Final[LiteralString] = _FENCED + _ANSWER + ", NULL::integer"

COMMIT_CHANGE: Final[LiteralString] = (
    _FENCED
    + """,
gone AS (
  DELETE FROM queue_entries q USING allowed WHERE q.guild_id = %(guild_id)s AND (
    q.entry = ANY(%(removed)s::bigint[]) OR (%(whole)s::boolean AND NOT q.entry = ANY(%(kept)s::bigint[])))
),
put AS (
  INSERT INTO queue_entries (guild_id, entry, rank, status, track, requester_id, requester_name, added_ms)
  SELECT %(guild_id)s, e.entry, e.rank, e.status, e.track, e.requester_id, e.requester_name, e.added_ms
  FROM allowed, jsonb_to_recordset(%(put)s::jsonb) AS e(
    entry bigint, rank bigint, status text, track jsonb, requester_id bigint, requester_name text, added_ms bigint)
  ON CONFLICT (guild_id, entry) DO UPDATE SET rank = excluded.rank, status = excluded.status
  RETURNING guild_id, entry, status, track, requester_id, requester_name
),
heard AS (
  INSERT INTO history (guild_id, member_id, member_name, track)
  SELECT p.guild_id, p.requester_id, p.requester_name, p.track FROM put p
  WHERE %(began)s::boolean AND p.status = 'current' AND NOT EXISTS (
    SELECT 1 FROM queue_entries q WHERE q.guild_id = p.guild_id AND q.entry = p.entry AND q.status = 'current')
),
saved AS (
  INSERT INTO players ("""
    + _PLAYER_LIST
    + """)
  SELECT %(guild_id)s, %(rev)s, %(next_entry)s, %(voice_channel_id)s::bigint, %(text_channel_id)s::bigint,
    %(current_entry)s::bigint, %(position_ms)s, %(position_at_ms)s, %(paused)s, %(volume)s, %(loop)s,
    %(filters)s::jsonb, %(autoplay)s, %(stopped_by)s::text, %(locale)s, %(screen_channel_id)s::bigint,
    %(screen_message_id)s::bigint, %(votes)s::jsonb, %(empty_since_ms)s::bigint, %(paused_when_empty)s,
    %(follow_up)s::bigint, %(fair_queue)s
  FROM allowed
  ON CONFLICT (guild_id) DO UPDATE SET
    rev = excluded.rev, next_entry = excluded.next_entry, voice_channel_id = excluded.voice_channel_id,
    text_channel_id = excluded.text_channel_id, current_entry = excluded.current_entry,
    position_ms = excluded.position_ms, position_at_ms = excluded.position_at_ms, paused = excluded.paused,
    volume = excluded.volume, loop = excluded.loop, filters = excluded.filters, autoplay = excluded.autoplay,
    stopped_by = excluded.stopped_by, locale = excluded.locale, screen_channel_id = excluded.screen_channel_id,
    screen_message_id = excluded.screen_message_id, votes = excluded.votes, empty_since_ms = excluded.empty_since_ms,
    paused_when_empty = excluded.paused_when_empty, follow_up = excluded.follow_up, fair_queue = excluded.fair_queue
),
counted AS (
  INSERT INTO usage AS u (guild_id, month, tracks)
  SELECT %(guild_id)s, date_trunc('month', now() AT TIME ZONE 'UTC')::date, 1 FROM allowed WHERE %(began)s::boolean
  ON CONFLICT (guild_id, month) DO UPDATE SET tracks = u.tracks + 1 RETURNING tracks
)
"""
    + _ANSWER
    + ", (SELECT tracks FROM counted)"
)

SAVE_POSITIONS: Final[LiteralString] = """
WITH fence AS (SELECT slot FROM slots WHERE slot = %(slot)s AND epoch = %(epoch)s FOR SHARE)
UPDATE players p SET position_ms = clock.position_ms, position_at_ms = clock.at_ms
FROM fence, unnest(%(guilds)s::bigint[], %(positions)s::bigint[], %(moments)s::bigint[])
  AS clock(guild_id, position_ms, at_ms)
WHERE p.guild_id = clock.guild_id AND p.position_at_ms < clock.at_ms
"""

SESSIONS: Final[LiteralString] = "SELECT node, session_id FROM slot_sessions WHERE slot = %(slot)s ORDER BY id"

DROP_SESSION: Final[LiteralString] = """
WITH fence AS (SELECT slot FROM slots WHERE slot = %(slot)s AND epoch = %(epoch)s FOR SHARE)
DELETE FROM slot_sessions s USING fence
WHERE s.slot = fence.slot AND s.node = %(node)s AND s.session_id = %(session)s
"""

SAVE_SESSION: Final[LiteralString] = """
WITH fence AS (SELECT slot FROM slots WHERE slot = %(slot)s AND epoch = %(epoch)s FOR SHARE)
INSERT INTO slot_sessions (slot, node, session_id) SELECT %(slot)s, %(node)s, %(session)s FROM fence
ON CONFLICT (slot, node) DO UPDATE SET session_id = excluded.session_id RETURNING slot
"""
