"""What members may mean while they type: searches and their own history, kept in Redis for the gateway to read."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable, Sequence

import redis
import redis.asyncio

from project.wire import keys
from project.wire.desk import taste_of
from project.wire.messages import Choice
from workers.player.house_rules import objection
from workers.player.limits import GuildRules
from workers.player.track import Track
from workers.ports import TrackFinder
from workers.screen.discord_text import shorten

_log = logging.getLogger(__name__)

CHOICES_MAX = 25
CHOICE_LENGTH = 100
"""Discord's limits for an autocompletion (docs: Application Command Option Choice)."""
SEARCH_SECONDS = 600
HISTORY_SECONDS = 90 * 24 * 3600
"""As long as the history itself is kept."""
AT_ONCE = 16
WITHIN_SECONDS = 2.0
"""Who types waits for less; what comes until then is for the next letter. Those who play something must not wait."""
_LINKS = ("http://", "https://", "<http", "/")


class RedisSuggestions:
    """Implements ports.Suggestions. Redis being away costs a suggestion and nothing else."""

    def __init__(self, client: redis.asyncio.Redis, finder: TrackFinder, *, search_prefix: str) -> None:
        self._client = client
        self._finder = finder
        self._prefix = search_prefix
        self._under_way = 0

    async def find(self, command_id: str, words: str, rules: GuildRules) -> tuple[Choice, ...] | None:
        """See ports.Suggestions."""
        if not _is_search(words):
            return ()
        if self._under_way >= AT_ONCE:
            return None
        self._under_way += 1
        try:
            async with asyncio.timeout(WITHIN_SECONDS):
                found = await self._finder.find(command_id, words)
        except TimeoutError:
            return None
        finally:
            self._under_way -= 1
        wanted = [track for track in found.tracks if objection(track, rules) is None]
        if found.failure is None and found.playlist is None:
            await self._keep(words, wanted, _taste(rules))
        return choices_of(wanted)

    async def searched(self, words: str, tracks: Sequence[Track]) -> None:
        """See ports.Suggestions."""
        if _is_search(words):
            await self._keep(words, tracks)

    async def _keep(self, words: str, tracks: Sequence[Track], taste: str = "") -> None:
        known = json.dumps([[choice.name, choice.value] for choice in choices_of(tracks)])
        try:
            await self._client.set(keys.search(self._prefix, words.strip().lower(), taste), known, ex=SEARCH_SECONDS)
        except (redis.RedisError, OSError) as error:
            _log.info("a search could not be kept for suggestions: %s", type(error).__name__)

    async def played(self, user_id: int, name: str, value: str) -> None:
        """See ports.Suggestions."""
        if not value or len(value) > CHOICE_LENGTH:
            return  # Discord would not give it back as a whole
        key, item = keys.history(user_id), json.dumps([_short(name) or value, value])
        try:
            async with self._client.pipeline(transaction=True) as pipe:
                pipe.lrem(key, 0, item)
                pipe.lpush(key, item)
                pipe.ltrim(key, 0, CHOICES_MAX - 1)
                pipe.expire(key, HISTORY_SECONDS)
                await pipe.execute()
        except (redis.RedisError, OSError) as error:
            _log.info("a member's history could not be kept: %s", type(error).__name__)


def choices_of(tracks: Iterable[Track]) -> tuple[Choice, ...]:
    """Up to 25 different tracks; a link that is too long to be a choice is replaced by its words."""
    by_value: dict[str, Choice] = {}
    for track in tracks:
        name = _short(f"{track.title} – {track.author}" if track.author else track.title)
        value = track.uri if track.uri and len(track.uri) <= CHOICE_LENGTH else name
        if name and len(by_value) < CHOICES_MAX:
            by_value.setdefault(value, Choice(name=name, value=value))
    return tuple(by_value.values())


def _taste(rules: GuildRules) -> str:
    blocklist = {"word": rules.blocked_words, "artist": rules.blocked_artists, "url": rules.blocked_urls}
    return taste_of(rules.allowed_sources, blocklist)


def _is_search(words: str) -> bool:
    return bool(words.strip()) and not words.strip().lower().startswith(_LINKS)


def _short(text: str) -> str:
    return shorten(text, CHOICE_LENGTH)
