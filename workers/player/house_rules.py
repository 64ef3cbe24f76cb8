"""What a guild does not want to hear: sources it does not allow, and the entries of its blocklist."""

from __future__ import annotations

import re
from functools import lru_cache

from project.wire.desk import SOURCES, blocked_form
from workers.player.limits import GuildRules
from workers.player.outcomes import Refused
from workers.player.track import Track

PATTERNS_KEPT = 2_000
"""A pattern per guild that has a blocklist; made anew when forgotten."""


def objection(track: Track, rules: GuildRules) -> Refused | None:
    """Why the guild does not want the track; None if it may be queued."""
    if rules.allowed_sources is not None and track.source in SOURCES and track.source not in rules.allowed_sources:
        return Refused(reason="source_not_allowed", detail=track.source)
    if _says(rules.blocked_words, track.title) or _says(rules.blocked_artists, track.author):
        return Refused(reason="blocked", detail=track.title)
    if track.uri and any(_leads_to(entry, blocked_form("url", track.uri)) for entry in rules.blocked_urls):
        return Refused(reason="blocked", detail=track.title)
    return None


def _says(entries: tuple[str, ...], text: str) -> bool:
    """Whether one of the entries is in the text, as whole words."""
    return bool(entries) and _pattern(entries).search(blocked_form("word", text)) is not None


@lru_cache(maxsize=PATTERNS_KEPT)
def _pattern(entries: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, entries))})(?!\w)")


def _leads_to(entry: str, address: str) -> bool:
    """A bare host blocks its subdomains as well; anything longer what lies below it."""
    if "/" not in entry:
        host = _host(address) if ":" in entry else _host(address).partition(":")[0]
        return host == entry or host.endswith(f".{entry}")
    rest = address.removeprefix(entry)
    return rest != address and (not rest or rest[0] in "/?#&")


def _host(address: str) -> str:
    """Host and port of an address without a scheme."""
    return re.split(r"[/?#]", address, maxsplit=1)[0].rpartition("@")[2]
