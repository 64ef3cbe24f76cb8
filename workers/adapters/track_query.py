"""Turns what a member typed into a Lavalink identifier, so that nothing typed reaches a node as more than it should.

Only http and https URLs with public hosts pass raw; everything else gets a search prefix, typed prefixes included.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from workers.adapters.address_rules import NotPublic, public_host

LONGEST_URL = 2048
LONGEST_SEARCH = 500
"""More words find nothing more; a longer URL is no song."""

_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_NETLOC = re.compile(r"(?:\[(?P<ipv6>[^\[\]@]+)\]|(?P<name>[^\[\]@:%\\]+))(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Query:
    """An identifier for loadtracks. `host` is the name to resolve and check first, if it is a URL with one."""

    identifier: str
    host: str | None = None


def read_query(typed: str, *, search_prefix: str, sandbox: bool) -> Query | None:
    """What to ask a node, None for nothing at all; raises NotPublic for a URL that must not be fetched."""
    text = _trim(typed)
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()  # Discord's way to write a link without a preview
    if not text:
        return None
    if _URL.fullmatch(text):
        return _url(text)
    if sandbox and text.startswith("/"):
        return Query(text)
    return Query(f"{search_prefix}:{text[:LONGEST_SEARCH].strip()}")


def _url(text: str) -> Query:
    if len(text) > LONGEST_URL:
        raise NotPublic("a URL of more than 2048 characters")
    try:
        parts = urlsplit(text)
    except ValueError as error:  # e.g. an open bracket
        raise NotPublic(text) from error
    match = _NETLOC.fullmatch(parts.netloc)
    if match is None or "\\" in text or int(match["port"] or 1) > 65535:
        raise NotPublic(parts.netloc)  # also user:password@, which hides where a link goes
    host = public_host(match["ipv6"] or match["name"])
    is_name = host[-1].isalpha() and ":" not in host
    return Query(_rebuilt(parts, host, match["port"]), host if is_name else None)


def _rebuilt(parts: SplitResult, host: str, port: str | None) -> str:
    """The URL with the host as it was checked: two parsers must not read two hosts from it."""
    shown = f"[{host}]" if ":" in host else host
    netloc = f"{shown}:{port}" if port else shown
    return parts._replace(scheme=parts.scheme.lower(), netloc=netloc).geturl()


def _trim(typed: str) -> str:
    """Without control characters, half surrogates and invisible marks, which split words or hide in hosts."""
    kept = (" " if character.isspace() else character for character in typed)
    return "".join(character for character in kept if unicodedata.category(character)[0] != "C").strip()
