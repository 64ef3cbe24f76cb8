"""Discord's CDN, where files that members attach lie: fetched small, quickly, as text, and from nowhere else."""

from __future__ import annotations

import asyncio

import aiohttp
import structlog

from bot.attachments import Attachment
from bot.sentences import FILE_NOT_FETCHED, FILE_NOT_TEXT, FILE_TOO_LARGE, NOT_AN_ATTACHMENT
from bot.slash.options import Refused

log = structlog.get_logger(__name__)

LARGEST_BYTES = 256 * 1024
FETCH_SECONDS = 2.0


class Cdn:
    """Where Discord keeps attachments; `base_url` has no slash at its end."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url.rstrip("/") + "/"

    def holds(self, attachment: Attachment) -> bool:
        """Whether the file lies there: an interaction that says otherwise is not Discord's."""
        return attachment.url.startswith(self._base)

    async def text(self, attachment: Attachment) -> str:
        """The file's text; raises Refused with a sentence for the member."""
        if not self.holds(attachment):
            raise Refused(NOT_AN_ATTACHMENT)
        if attachment.size > LARGEST_BYTES:
            raise Refused(FILE_TOO_LARGE)
        try:
            raw = await self._fetched(attachment.url)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("An attachment could not be fetched", reason=type(error).__name__)
            raise Refused(FILE_NOT_FETCHED) from error
        if len(raw) > LARGEST_BYTES:
            raise Refused(FILE_TOO_LARGE)
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused(FILE_NOT_TEXT) from error

    async def _fetched(self, url: str) -> bytes:
        """At most one byte more than is taken. Redirects are not followed: they could lead anywhere."""
        async with (
            asyncio.timeout(FETCH_SECONDS),
            aiohttp.ClientSession() as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise aiohttp.ClientPayloadError(f"{answer.status}")
            parts, length = [], 0
            async for part in answer.content.iter_any():
                parts.append(part)
                length += len(part)
                if length > LARGEST_BYTES:
                    break
            return b"".join(parts)
