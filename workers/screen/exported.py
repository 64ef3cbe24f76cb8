"""Exported lines: in the message where they fit, else in a file that is attached to it."""

from __future__ import annotations

from collections.abc import Sequence

from project.wire.messages import TextFile
from workers.screen.language import Language
from workers.screen.message_body import Screen, body

BLOCK_LENGTH = 1_800
"""Characters of lines in a message; Discord takes 2000 in all."""


def exported(
    head: str, file_name: str, lines: Sequence[str], page: int, pages: int, language: Language, *, ephemeral: bool
) -> Screen:
    """`head` says what it is; only what is more than a file may hold has pages."""
    text = "\n".join(lines)
    if pages > 1:
        head = f"{head} {language.say('export.part', page=page, pages=pages)}"
    if pages == 1 and len(text) <= BLOCK_LENGTH:
        return Screen(body(f"{head}\n{_block(text)}"), ephemeral=ephemeral)
    return Screen(body(head), ephemeral=ephemeral, files=(TextFile(name=file_name, text=f"{text}\n"),))


def _block(text: str) -> str:
    """Nothing is escaped in a code block, so nothing in it may end one."""
    harmless = text.replace("`", "'")
    return f"```\n{harmless}\n```"
