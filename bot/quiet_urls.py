"""Keeps interaction tokens out of the log: discord.py names whole addresses when it is rate limited."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/?\s]+")


class QuietUrls(logging.Filter):
    """Replaces the token in `/webhooks/<id>/<token>` and `/interactions/<id>/<token>` by `…`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes, with its addresses shortened."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                _TOKEN.sub(r"\1…", argument) if isinstance(argument, str) else argument for argument in record.args
            )
        return True


def keep_tokens_out_of_the_log() -> None:
    """For discord.py's HTTP client."""
    logger = logging.getLogger("discord.http")
    if not any(isinstance(present, QuietUrls) for present in logger.filters):
        logger.addFilter(QuietUrls())
