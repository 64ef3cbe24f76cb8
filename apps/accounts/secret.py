"""Makes and recognises bearer tokens: 256 random bits behind a prefix that scanners of leaked secrets can find."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Literal

Kind = Literal["guild", "person"]

PREFIXES: dict[Kind, str] = {"guild": "segue_g_", "person": "segue_p_"}
HINT_LENGTH = 12
_FORM = re.compile(r"segue_(?P<letter>[gp])_[A-Za-z0-9_-]{43}")


def new_secret(kind: Kind) -> str:
    """A token that nobody has had before."""
    return PREFIXES[kind] + secrets.token_urlsafe(32)


def kind_of(secret: str) -> Kind | None:
    """Whose kind of token it looks like; None for what is none of ours and need not be looked up."""
    match = _FORM.fullmatch(secret)
    if match is None:
        return None
    return "guild" if match["letter"] == "g" else "person"


def digest_of(secret: str) -> str:
    """As it is stored. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
