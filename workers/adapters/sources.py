"""Which of Lavalink's sources a query is for, by its search prefix or the host of its address."""

from __future__ import annotations

from urllib.parse import urlsplit

PREFIXES = {
    "youtube": "ytsearch",
    "soundcloud": "scsearch",
    "bandcamp": "bcsearch",
    "spotify": "spsearch",
    "deezer": "dzsearch",
    "applemusic": "amsearch",
}
"""Lavalink's search prefixes by source; a node knows those of its own sources and plugins."""

HOSTS = {
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "soundcloud.com": "soundcloud",
    "bandcamp.com": "bandcamp",
    "vimeo.com": "vimeo",
    "twitch.tv": "twitch",
    "spotify.com": "spotify",
    "spotify.link": "spotify",
    "deezer.com": "deezer",
    "music.apple.com": "applemusic",
}
"""Hosts, with all below them."""

OTHER = "other"
"""Any address: what fails there says nothing of the next one."""
SOURCES = (*PREFIXES, "vimeo", "twitch")
"""Those that fail, and rest, as one."""

_BY_PREFIX = {prefix: source for source, prefix in PREFIXES.items()} | {"ytmsearch": "youtube"}


def source_of(identifier: str) -> str:
    """One of SOURCES, or OTHER."""
    if identifier.startswith(("http://", "https://")):
        return _of_host(urlsplit(identifier).hostname or "")
    return _BY_PREFIX.get(identifier.partition(":")[0], OTHER)


def _of_host(host: str) -> str:
    names = host.rstrip(".").split(".")
    ends = (".".join(names[start:]) for start in range(len(names)))
    return next((HOSTS[end] for end in ends if end in HOSTS), OTHER)
