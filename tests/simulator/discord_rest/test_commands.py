"""Registering application commands, and what is refused."""

from typing import Any

import pytest

from tests.simulator.discord_client import PLAY, RestClient


@pytest.fixture
def commands(rest: RestClient) -> str:
    return f"/applications/{rest.site.world.application_id}/commands"


async def test_put_replaces_all_and_keeps_ids(rest: RestClient, commands: str) -> None:
    stop = {"name": "stop", "description": "Stops"}
    first = await rest("PUT", commands, [PLAY, stop])
    second = await rest("PUT", commands, [{**PLAY, "description": "Plays a song"}])
    listed = await rest("GET", commands)
    assert [one["name"] for one in listed.data] == ["play"]
    assert second.data[0]["id"] == first.data[0]["id"]
    assert second.data[0]["version"] != first.data[0]["version"]


async def test_one_command_is_made_changed_and_deleted(rest: RestClient, commands: str) -> None:
    made = await rest("POST", commands, PLAY)
    again = await rest("POST", commands, PLAY)
    one = f"{commands}/{made.data['id']}"
    changed = await rest("PATCH", one, {"description": "Changed"})
    assert (made.status, again.status) == (201, 200)
    assert (await rest("GET", one)).data["description"] == changed.data["description"] == "Changed"
    assert (await rest("DELETE", one)).status == 204
    assert (await rest("GET", one)).data["code"] == 10063


async def test_a_guilds_commands_are_its_own(rest: RestClient, commands: str) -> None:
    path = commands.replace("/commands", f"/guilds/{rest.site.guild.id}/commands")
    await rest("PUT", path, [PLAY])
    assert (await rest("GET", commands)).data == []
    assert (await rest("GET", path)).data[0]["guild_id"] == rest.site.guild.id


async def test_permissions_come_back_as_text_and_localizations_when_asked(rest: RestClient, commands: str) -> None:
    settings = {
        "name": "settings",
        "description": "Shows",
        "default_member_permissions": 32,
        "contexts": [0],
        "name_localizations": {"es-ES": "ajustes"},
    }
    await rest("PUT", commands, [settings])
    short = await rest("GET", commands)
    full = await rest("GET", f"{commands}?with_localizations=true")
    assert short.data[0]["default_member_permissions"] == "32"
    assert "name_localizations" not in short.data[0]
    assert full.data[0]["name_localizations"] == {"es-ES": "ajustes"}


def _option(**changes: Any) -> dict[str, Any]:
    return {"name": "query", "description": "What", "type": 3, **changes}


def _with(*options: dict[str, Any]) -> dict[str, Any]:
    return {"name": "play", "description": "Plays", "options": list(options)}


_OPTIONAL, _REQUIRED = _option(name="a"), _option(name="b", required=True)
_CHOICES = [{"name": str(n), "value": str(n)} for n in range(26)]

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("upper case", {"name": "Play", "description": "Plays"}, "0.name"),
    ("long name", {"name": "p" * 33, "description": "Plays"}, "0.name"),
    ("no description", {"name": "play"}, "0.description"),
    ("long description", {"name": "play", "description": "d" * 101}, "0.description"),
    ("unknown type", {"name": "play", "description": "Plays", "type": 9}, "0.type"),
    ("type as text", {"name": "play", "description": "Plays", "type": "1"}, "0.type"),
    ("option type", _with(_option(type=12)), "0.options.0.type"),
    ("same option twice", _with(_option(), _option()), "0.options.1.name"),
    ("required after optional", _with(_OPTIONAL, _REQUIRED), "0.options.1"),
    ("many options", _with(*[_option(name=f"o{n}") for n in range(26)]), "0.options"),
    ("many choices", _with(_option(choices=_CHOICES)), "0.options.0.choices"),
    ("choices with autocomplete", _with(_option(choices=_CHOICES[:2], autocomplete=True)), "0.options.0"),
    ("subcommand beside option", _with(_option(), _option(name="s", type=1)), "0.options"),
    ("unknown locale", {**_with(), "name_localizations": {"xx": "n"}}, "0.name_localizations.xx"),
    ("context of menu", {"name": "Play this", "type": 3, "description": "no"}, "0.description"),
    ("bad permissions", {**_with(), "default_member_permissions": "all"}, "0.default_member_permissions"),
    ("bad context", {**_with(), "contexts": [3]}, "0.contexts.0"),
]


@pytest.mark.parametrize(("command", "field"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
async def test_a_bad_command_is_refused_with_its_field(
    rest: RestClient, commands: str, command: dict[str, Any], field: str
) -> None:
    reply = await rest("PUT", commands, [command])
    assert (reply.status, reply.data["code"]) == (400, 50035)
    assert list(reply.faults()) == [field]


async def test_a_hundred_commands_are_the_most(rest: RestClient, commands: str) -> None:
    many = [{"name": f"c{n}", "description": "d"} for n in range(101)]
    refused = await rest("PUT", commands, many)
    assert list(refused.faults()) == ["100"]
    assert len((await rest("PUT", commands, many[:100])).data) == 100
    over = await rest("POST", commands, many[100])
    assert (over.status, over.data["code"]) == (400, 30032)


async def test_subcommands_two_deep_are_accepted(rest: RestClient, commands: str) -> None:
    add = _option(name="add", type=1, options=[_option(name="word")])
    group = _option(name="blocklist", type=2, options=[add])
    reply = await rest("PUT", commands, [_with(group)])
    assert reply.data[0]["options"][0]["options"][0]["options"][0]["name"] == "word"


async def test_another_application_is_unknown(rest: RestClient) -> None:
    reply = await rest("PUT", "/applications/1/commands", [PLAY])
    assert (reply.status, reply.data["code"]) == (404, 10002)
