"""/help finds a command by what it is called in either language."""

from __future__ import annotations

import pytest

from bot.slash.guide import help_page
from bot.slash.options import Refused
from bot.slash.registry import by_name

COMMANDS = by_name()


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("skip", "/skip"),
        ("/Saltar", "/skip"),
        ("playlist add-queue", "/playlist add-queue"),
        ("lista añadir-cola", "/playlist add-queue"),
        ("settings blocklist add", "/settings blocklist add"),
    ],
)
def test_a_command_is_found_by_either_name(asked: str, title: str) -> None:
    (embed,) = help_page({"command": asked}, COMMANDS)("es-ES")["embeds"]
    assert embed["title"] == title


@pytest.mark.parametrize("asked", ["dance", "skip now", "añadir", "playlist dance"])
def test_what_is_no_command_is_refused(asked: str) -> None:
    with pytest.raises(Refused):
        help_page({"command": asked}, COMMANDS)
