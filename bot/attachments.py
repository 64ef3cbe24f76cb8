"""Files that members attach to messages and commands, as Discord describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file at Discord's CDN, as Discord describes it (docs: Attachment Object). The address is signed: not logged."""

    name: str
    url: str
    size: int
    content_type: str = ""

    @property
    def is_sound(self) -> bool:
        """Audio, or a video with its sound."""
        return self.content_type.partition("/")[0] in ("audio", "video")

    def __repr__(self) -> str:
        return f"Attachment({self.name!r}, {self.size} bytes)"


def attachment_of(raw: Mapping[str, Any]) -> Attachment:
    """From an attachment object; raises KeyError, TypeError, ValueError."""
    return Attachment(
        name=str(raw["filename"]),
        url=str(raw["url"]),
        size=int(raw["size"]),
        content_type=str(raw.get("content_type") or ""),
    )
