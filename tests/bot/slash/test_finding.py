"""What an import's text asks for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.slash.finding import COMMANDS, import_lines, source_options
from project.wire.orders import IMPORT_LINES_MAX, ImportQueue

PATIENCE_SECONDS = 60
"""No measure of speed: what goes over a run of blanks again from each of them takes minutes."""
LARGEST_FILE = 256 * 1_024
HOSTILE = """
import sys
from bot.slash.finding import import_lines
blank = sys.argv[1].encode().decode("unicode_escape")
print(len(import_lines("One" + blank * (int(sys.argv[2]) // len(blank)) + "Two")))
"""


@pytest.mark.parametrize("blank", [" ", r"\u2003", r" \n", " ;"])
def test_the_largest_file_of_blanks_does_not_hold_up_the_gateway(blank: str) -> None:
    command = [sys.executable, "-c", HOSTILE, blank, str(LARGEST_FILE)]
    told = subprocess.run(command, timeout=PATIENCE_SECONDS, check=True, capture_output=True, text=True)
    assert int(told.stdout) in (1, 2)


@pytest.mark.parametrize(
    "text",
    [
        "One\nhttps://music.example/two",
        "One \r\n \t https://music.example/two",
        "One;https://music.example/two",
        "One; \n https://music.example/two",
        "One    https://music.example/two",
        "# a remark\nOne\u2003https://music.example/two \n\n",
    ],
)
def test_a_link_begins_something_new_whatever_stands_before_it(text: str) -> None:
    assert import_lines(text) == ("One", "https://music.example/two")


def test_what_is_too_long_is_cut_and_how_much_is_told() -> None:
    (command,) = [one for one in COMMANDS if one.name == "queue-import"]
    assert command.order_of_file is not None
    order = command.order_of_file({}, "\n".join(f"line {number}" for number in range(IMPORT_LINES_MAX + 7)))
    assert isinstance(order, ImportQueue)
    assert (len(order.lines), order.cut) == (IMPORT_LINES_MAX, 7)


def test_only_sources_that_are_on_are_offered() -> None:
    (option,) = source_options(("bandcamp", "youtube"))
    assert set(option.choices or ()) == {"youtube", "bandcamp"}
    assert source_options(()) == ()


@pytest.mark.parametrize(("given", "code"), [("soundcloud, spotify", 0), ("", 0), ("soundcloud,radio", 2)])
def test_a_source_that_cannot_be_searched_ends_the_process(given: str, code: int) -> None:
    environment = {"PATH": "", "SEARCH_SOURCES": given}
    words = [sys.executable, "-c", "import project.settings"]
    ended = subprocess.run(words, env=environment, check=False, capture_output=True, text=True)
    assert ended.returncode == code, ended.stderr
    assert ("SEARCH_SOURCES names radio" in ended.stderr) == bool(code)


def test_blanks_inside_a_title_stay() -> None:
    assert import_lines("One   more   time") == ("One   more   time",)
