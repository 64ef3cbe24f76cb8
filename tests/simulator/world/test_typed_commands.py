"""What a member types becomes the options Discord sends, or a sentence why not."""

from typing import Any

import pytest

from simulator.world.founding import BOT, found_first_guild
from simulator.world.guilds import Guild
from simulator.world.typed_commands import CannotAsk, Typed, command_data
from simulator.world.world import World
from tests.simulator.discord_client import PLAY

_NAME = {"name": "name", "description": "n", "type": 3, "required": True}
PLAYLIST = {
    "name": "playlist",
    "description": "Playlists",
    "options": [
        {"name": "create", "description": "c", "type": 1, "options": [_NAME]},
        {"name": "list", "description": "l", "type": 1},
    ],
}
IMPORT = {
    "name": "import",
    "description": "Imports",
    "options": [
        {"name": "file", "description": "f", "type": 11},
        {"name": "member", "description": "m", "type": 6},
        {"name": "loud", "description": "l", "type": 5},
    ],
}


@pytest.fixture
def world() -> World:
    world = World(bot=BOT, bot_token="t")
    for command in (PLAY, PLAYLIST, IMPORT):
        world.commands.upsert(command)
    return world


@pytest.fixture
def guild(world: World) -> Guild:
    return found_first_guild(world)


def _typed(world: World, guild: Guild, line: str, options: Any, **more: Any) -> dict[str, Any]:
    return command_data(world, guild, Typed(line, options, **more))


def test_options_get_their_registered_types(world: World, guild: Guild) -> None:
    data = _typed(world, guild, "play", {"query": "tone", "volume": 50})
    assert (data["name"], data["type"]) == ("play", 1)
    assert data["options"] == [
        {"name": "query", "type": 3, "value": "tone"},
        {"name": "volume", "type": 4, "value": 50},
    ]


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("playlist create", {"name": "Evening"}),
        ("playlist", {"create": {"name": "Evening"}}),
        ("playlist", [{"name": "create", "options": [{"name": "name", "value": "Evening"}]}]),
    ],
)
def test_subcommands_are_typed_or_nested(world: World, guild: Guild, line: str, options: Any) -> None:
    inner = [{"name": "name", "type": 3, "value": "Evening"}]
    assert _typed(world, guild, line, options)["options"] == [{"name": "create", "type": 1, "options": inner}]


def test_autocomplete_focuses_the_last_or_the_named_option(world: World, guild: Guild) -> None:
    options = {"query": "to", "volume": 5}
    last = _typed(world, guild, "play", options, autocomplete=True)["options"]
    named = _typed(world, guild, "play", options, autocomplete=True, focused="query")["options"]
    assert [bool(one.get("focused")) for one in last] == [False, True]
    assert [bool(one.get("focused")) for one in named] == [True, False]


def test_ids_and_files_are_resolved(world: World, guild: Guild) -> None:
    bob = next(m.user.id for m in guild.members.values() if m.user.global_name == "Bob")
    file = {"id": "77", "filename": "queue.json"}
    data = _typed(world, guild, "import", {"file": "q", "member": bob, "loud": True}, files={"q": file})
    assert data["options"][0]["value"] == "77"
    assert data["resolved"]["attachments"] == {"77": file}
    assert data["resolved"]["users"][bob]["global_name"] == "Bob"


@pytest.mark.parametrize(
    ("line", "options", "sentence"),
    [
        ("dance", {}, "has not registered a slash command named 'dance'"),
        ("play", {"words": "x"}, "has no option 'words'; it has: query, volume"),
        ("play", {"volume": "loud"}, "'volume' of 'play' cannot be 'loud'"),
        ("play", {"volume": True}, "cannot be True"),
        ("playlist", {}, "needs one of its subcommands: create, list"),
        ("playlist remove", {}, "needs one of its subcommands"),
        ("play now", {}, "has no subcommand 'now'"),
        ("import", {"file": "missing"}, "No attachment was given"),
        ("import", {"member": "1"}, "no member, role or channel 1"),
    ],
)
def test_what_no_member_could_type_is_explained(
    world: World, guild: Guild, line: str, options: Any, sentence: str
) -> None:
    with pytest.raises(CannotAsk, match=sentence.replace("(", r"\(")):
        _typed(world, guild, line, options)
