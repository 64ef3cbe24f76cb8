"""What interactions ask for: orders, files that make orders, pages, and what is done with a message."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cdn import Cdn
from bot.interaction import interaction_of
from bot.message_menu import MESSAGE_COMMANDS
from bot.sentences import NO_SUCH_COMMAND, NOTHING_IN_MESSAGE, NOTHING_TO_IMPORT, UNKNOWN_COMMAND
from bot.slash.options import Refused
from bot.slash.registry import by_name
from bot.understanding import Page, Understood, Upload, understood
from project import settings
from project.wire.library import ImportPlaylist
from project.wire.messages import Play
from project.wire.orders import ImportQueue

COMMANDS = by_name()
CDN = Cdn("https://cdn.discordapp.com")


def file(number: int = 9, host: str = "https://cdn.discordapp.com", kind: str = "text/plain") -> dict[str, Any]:
    """An attachment object."""
    url = f"{host}/attachments/1/{number}/song"
    return {"id": str(number), "filename": "song", "size": 10, "url": url, "content_type": kind}


def meant(data: dict[str, Any]) -> Understood:
    """What a member's interaction asks for."""
    user = {"id": "1", "username": "alice"}
    raw = {"id": "1", "token": "t", "type": 2, "guild_id": "5", "channel_id": "6", "member": {"user": user}}
    return understood(interaction_of({**raw, "data": data}), 5, COMMANDS, CDN)


def slash(name: str, resolved: dict[str, Any] | None = None, **options: Any) -> Understood:
    """A slash command's."""
    given = [{"name": option, "value": value, "type": 3} for option, value in options.items()]
    return meant({"name": name, "type": 1, "options": given, "resolved": resolved or {}})


def on_message(content: str = "", *files: dict[str, Any], name: str = "Play this") -> Understood:
    """A message command's."""
    message = {"id": "7", "content": content, "attachments": list(files)}
    return meant({"name": name, "type": 3, "target_id": "7", "resolved": {"messages": {"7": message}}})


def test_a_file_is_read_first_and_its_text_makes_the_order() -> None:
    wish = slash("queue-import", {"attachments": {"9": file()}}, file="9").wish
    assert isinstance(wish, Upload)
    assert wish.file.url == "https://cdn.discordapp.com/attachments/1/9/song"
    assert wish.order("One\n# remark\n\nTwo; Three") == ImportQueue(query="One", lines=("One", "Two", "Three"))
    with pytest.raises(Refused) as refused:
        wish.order("# nothing")
    assert refused.value.text is NOTHING_TO_IMPORT


def test_a_playlist_is_made_of_a_file() -> None:
    options = [{"name": "name", "value": "Mine", "type": 3}, {"name": "file", "value": "9", "type": 11}]
    part = {"name": "import", "type": 1, "options": options}
    wish = meant({"name": "playlist", "type": 1, "options": [part], "resolved": {"attachments": {"9": file()}}}).wish
    assert isinstance(wish, Upload)
    assert wish.order("One\r\nTwo") == ImportPlaylist(name="Mine", text="One\nTwo")


def test_a_file_that_discord_does_not_describe_is_refused() -> None:
    with pytest.raises(Refused):
        slash("queue-import", file="9")


def test_text_needs_no_file() -> None:
    wish = slash("queue-import", text="One https://music.example/two https://music.example/three;Four").wish
    assert wish == ImportQueue(
        query="One", lines=("One", "https://music.example/two", "https://music.example/three", "Four")
    )
    with pytest.raises(Refused) as refused:
        slash("queue-import")
    assert refused.value.text is NOTHING_TO_IMPORT


@pytest.mark.parametrize(
    ("content", "query"),
    [
        ("listen: https://music.example/one!", "https://music.example/one"),
        ("(see <https://music.example/one>)", "https://music.example/one"),
        ("[this](https://music.example/a_(b)) is good", "https://music.example/a_(b)"),
        ("http://music.example/one and https://music.example/two", "http://music.example/one"),
    ],
)
def test_the_first_link_of_a_message_is_played(content: str, query: str) -> None:
    assert on_message(content, file(kind="audio/mpeg")).wish == Play(query=query)


def test_without_a_link_the_first_sound_file_is_played() -> None:
    found = on_message("hear hear", file(1, kind="image/png"), file(2, kind="audio/mpeg"), file(3, kind="video/mp4"))
    assert found.wish == Play(query="https://cdn.discordapp.com/attachments/1/2/song")


@pytest.mark.parametrize("files", [(), (file(kind="image/png"),), (file(host="http://10.0.0.1", kind="audio/mpeg"),)])
def test_a_message_without_music_is_refused(files: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(Refused) as refused:
        on_message("hello", *files)
    assert refused.value.text is NOTHING_IN_MESSAGE


def test_a_menu_entry_of_an_older_version_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        on_message("https://music.example/one", name="Dance to this")
    assert refused.value.text is UNKNOWN_COMMAND


def test_menu_entries_are_registered_with_their_name_alone() -> None:
    (registration,) = (command.registration() for command in MESSAGE_COMMANDS.values())
    assert (registration["type"], registration["name"]) == (3, "Play this")
    assert set(registration["name_localizations"]) == {"es-ES", "es-419"}
    assert "description" not in registration


@pytest.mark.parametrize("locale", ["en-US", "es-419"])
def test_help_lists_every_command_in_a_page_that_discord_takes(locale: str) -> None:
    wish = slash("help").wish
    assert isinstance(wish, Page)
    (embed,) = wish.made(locale)["embeds"]
    for name, command in COMMANDS.items():
        assert f"**/{name}** {command.description.of(locale)}" in embed["description"]
    assert len(embed["description"]) <= 4096


def test_help_says_where_to_ask_if_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    wish = slash("help").wish
    assert isinstance(wish, Page)
    monkeypatch.setattr(settings, "SUPPORT_URL", "https://support.example.com")
    assert "https://support.example.com" in wish.made("es-ES")["embeds"][0]["description"]
    monkeypatch.setattr(settings, "SUPPORT_URL", "")
    assert "http" not in wish.made("es-ES")["embeds"][0]["description"]


@pytest.mark.parametrize("locale", ["en-US", "es-419"])
@pytest.mark.parametrize("name", COMMANDS)
def test_help_tells_all_of_one_command(name: str, locale: str) -> None:
    wish = slash("help", command=f"/{name.upper()}").wish
    assert isinstance(wish, Page)
    (embed,) = wish.made(locale)["embeds"]
    command = COMMANDS[name]
    assert command.description.of(locale) in embed["description"]
    assert all(option.description.of(locale) in embed["description"] for option in command.options)
    assert all(f"/{name} {part.name}" in embed["description"] for part in command.parts)
    assert len(embed["description"]) <= 4096


def test_help_knows_subcommands_and_says_what_there_is_not() -> None:
    wish = slash("help", command="playlist add").wish
    assert isinstance(wish, Page)
    assert "`query`" in wish.made("en-US")["embeds"][0]["description"]
    for unknown in ("dance", "playlist dance"):
        with pytest.raises(Refused) as refused:
            slash("help", command=unknown)
        assert refused.value.text is NO_SUCH_COMMAND
