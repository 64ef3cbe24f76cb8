"""What each guild's plan and settings allow, kept in memory and read again when somebody says that they changed."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final, LiteralString

import redis
import redis.asyncio
import structlog

from project.spawned import Spawned
from project.wire import keys
from project.wire.desk import guild_ui_fields, taste_of
from workers.adapters.plan_terms import FREE_LIMITS, limits_now
from workers.player.limits import GuildRules, Limits
from workers.ports import PortFailed

log = structlog.get_logger()

Rows = Callable[[LiteralString, dict[str, Any]], Awaitable[Sequence[tuple[Any, ...]]]]
"""Runs one statement; raises PortFailed within a second."""

FRESH_SECONDS = 60.0
"""Older terms are read again beside the work that uses them: a word about a change may have been lost."""
AGAIN_SECONDS = 5.0
"""While PostgreSQL is away nobody waits for it more than once in this time."""
SETTINGS_AT: Final = 10
"""Which column tells whether the guild has a row of settings."""
AT_ONCE = 500
"""Guilds per statement when very many are read again."""

_TERMS: Final[LiteralString] = """
SELECT asked.guild, s.tier, s.status, s."currentPeriodEnd", s."pastDueSince", s.source, to_json(p), to_json(free),
  coalesce(u.tracks, 0), b.guild_id IS NOT NULL, g.guild_id,
  dj_role_id, dj_only, default_volume, announce_channel_id, player_channel_id, language, leave_after_s,
  pause_when_empty, g.always_on, ephemeral, allowed_sources, max_tracks_per_member, blocklist,
  voteskip_percent
FROM unnest(%(guilds)s::bigint[]) AS asked(guild)
LEFT JOIN guild_settings g ON g.guild_id = asked.guild
LEFT JOIN guild_blocks b ON b.guild_id = asked.guild
LEFT JOIN subscriptions s ON s."guildId" = asked.guild
LEFT JOIN plans p ON p.tier = s.tier
LEFT JOIN plans free ON free.tier = 'FREE'
LEFT JOIN usage u ON u.guild_id = asked.guild AND u.month = date_trunc('month', now() AT TIME ZONE 'UTC')::date
"""


@dataclass(frozen=True, slots=True)
class Terms:
    """A guild's limits and rules, and what the gateway has to know of it."""

    limits: Limits
    rules: GuildRules
    ui: dict[str, str]


DEFAULT = Terms(FREE_LIMITS, GuildRules(), {})


class PostgresGuildTerms:
    """Implements workers.ports.GuildTerms."""

    def __init__(self, rows: Rows, client: redis.asyncio.Redis, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rows, self._client, self._clock = rows, client, clock
        self._known: dict[int, Terms] = {}
        self._read_at: dict[int, float] = {}
        """When a guild's terms were read; missing where they have to be read before they are used again."""
        self._tracks: dict[int, tuple[date, int]] = {}
        """Month -> tracks that began in it, where a commit told it."""
        self._drops = 0
        """Counts drops: what was read before one may be of before the change."""
        self._rests_until = 0.0
        self._background = Spawned()

    def known(self, guild_id: int) -> tuple[Limits, GuildRules]:
        """See ports.GuildTerms."""
        terms = self._known.get(guild_id, DEFAULT)
        limits = terms.limits
        month, tracks = self._tracks.get(guild_id, (None, 0))
        if month is not None:
            limits = replace(limits, tracks_used=tracks if month == this_month() else 0)
        return limits, terms.rules

    def counted(self, guild_id: int, tracks: int) -> None:
        """See ports.GuildTerms."""
        self._tracks[guild_id] = (this_month(), tracks)

    async def refresh(self, guild_id: int) -> None:
        """See ports.GuildTerms."""
        read_at = self._read_at.get(guild_id)
        if read_at is None:
            await self.load([guild_id])
        elif self._clock() - read_at >= FRESH_SECONDS:
            self._read_at[guild_id] = self._clock()
            self._background.start(self.load([guild_id]), "guild terms")

    async def load(self, guild_ids: Iterable[int]) -> None:
        """See ports.GuildTerms."""
        guilds = list(guild_ids)
        for start in range(0, len(guilds), AT_ONCE):
            await self._load(guilds[start : start + AT_ONCE])

    def forget(self, *guild_ids: int) -> None:
        """See ports.GuildTerms."""
        for guild_id in guild_ids:
            self._known.pop(guild_id, None)
            self._read_at.pop(guild_id, None)
            self._tracks.pop(guild_id, None)

    def drop(self, guild_id: int | None) -> None:
        """See ports.GuildTerms."""
        self._drops += 1
        if guild_id is None:
            self._read_at.clear()
        else:
            self._read_at.pop(guild_id, None)

    async def redis_emptied(self) -> None:
        """Write for the gateway what it must know of the guilds in memory."""
        await self.load(list(self._known))

    async def close(self) -> None:
        """End what runs beside."""
        await self._background.close()

    async def _load(self, guild_ids: list[int]) -> None:
        if not guild_ids or self._clock() < self._rests_until:
            return
        drops = self._drops
        try:
            rows = await self._rows(_TERMS, {"guilds": guild_ids})
        except PortFailed as error:
            log.warning("Guild settings cannot be read; the last known hold", guilds=len(guild_ids), error=str(error))
            self._rests_until = self._clock() + AGAIN_SECONDS
            return
        read = {row[0]: (_terms(row), row[SETTINGS_AT]) for row in rows}
        for guild_id in guild_ids:
            terms, _ = read.get(guild_id, (DEFAULT, None))
            self._known[guild_id] = terms
            # Only more than was told: a commit may have been answered while this was read.
            if terms.limits.tracks_used >= self._tracks.get(guild_id, (None, 0))[1]:
                self._tracks[guild_id] = (this_month(), terms.limits.tracks_used)
            if drops == self._drops:
                self._read_at[guild_id] = self._clock()
        if found := {guild_id: terms for guild_id, (terms, settings) in read.items() if settings is not None}:
            self._background.start(self._show_gateway(found), "guild-ui")

    async def _show_gateway(self, found: dict[int, Terms]) -> None:
        try:
            async with self._client.pipeline(transaction=True) as pipe:
                for guild_id, terms in found.items():
                    pipe.delete(keys.guild_ui(guild_id))
                    for field, value in terms.ui.items():
                        pipe.hset(keys.guild_ui(guild_id), field, value)
                await pipe.execute()
        except (redis.RedisError, OSError) as error:
            log.warning("The gateway could not be told what guilds have set", error=str(error))


def this_month() -> date:
    """The calendar month (UTC) in which a track that begins now is counted."""
    return datetime.now(UTC).date().replace(day=1)


def _terms(row: tuple[Any, ...]) -> Terms:
    _guild, tier, status, period_end, past_due_since, source, plan, free, tracks, blocked, *settings = row
    subscription = None if tier is None else (tier, status, period_end, past_due_since, source)
    limits = limits_now(subscription, plan, free, tracks)
    if settings[0] is None:
        return Terms(limits, GuildRules(blocked=blocked), {})
    rules, ui = _rules(settings[1:], limits)
    return Terms(limits, replace(rules, blocked=blocked), ui)


def _rules(settings: Sequence[Any], limits: Limits) -> tuple[GuildRules, dict[str, str]]:
    (
        dj_role_id,
        dj_only,
        default_volume,
        announce_channel_id,
        player_channel_id,
        language,
        leave_after_s,
        pause_when_empty,
        always_on,
        ephemeral,
        allowed_sources,
        max_tracks_per_member,
        blocklist,
        voteskip_percent,
    ) = settings
    rules = GuildRules(
        dj_role_id=dj_role_id,
        dj_only=dj_only,
        voteskip_percent=voteskip_percent,
        locale=language,
        leave_after_ms=leave_after_s * 1_000,
        pause_when_empty=pause_when_empty,
        always_on=always_on and limits.always_on,
        default_volume=default_volume,
        announce_channel_id=announce_channel_id,
        player_channel_id=player_channel_id,
        max_tracks_per_member=max_tracks_per_member,
        allowed_sources=None if allowed_sources is None else frozenset(allowed_sources),
        blocked_words=tuple(blocklist.get("word", ())),
        blocked_artists=tuple(blocklist.get("artist", ())),
        blocked_urls=tuple(blocklist.get("url", ())),
    )
    return rules, guild_ui_fields(language, ephemeral, taste_of(allowed_sources, blocklist))
