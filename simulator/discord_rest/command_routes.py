"""Registering application commands, global and per guild."""

from typing import Any

from simulator.discord_rest.command_rules import check_command, check_commands
from simulator.discord_rest.errors import (
    DiscordError,
    FieldErrors,
    missing_access,
    unknown_application,
    unknown_command,
)
from simulator.discord_rest.exchange import NO_CONTENT, Answer, Call, Route
from simulator.discord_rest.message_rules import as_object


def list_commands(call: Call) -> Answer:
    commands = call.world.commands.all(_scope(call))
    return Answer(data=[_shown(command, full=call.asks("with_localizations")) for command in commands])


def replace_commands(call: Call) -> Answer:
    scope = _scope(call)
    given = [] if call.data is None else call.data
    check_commands(given)
    return Answer(data=call.world.commands.replace_all(given, scope))


def create_command(call: Call) -> Answer:
    scope = _scope(call)
    given = as_object(call.data)
    _check(given)
    _refuse_beyond_limit(call, scope, given)
    command, new = call.world.commands.upsert(given, scope)
    return Answer(201 if new else 200, command)


def read_command(call: Call) -> Answer:
    return Answer(data=_command(call))


def change_command(call: Call) -> Answer:
    command = _command(call)
    changes = as_object(call.data)
    _check({**command, **changes})
    return Answer(data=call.world.commands.change(command["id"], changes, _scope(call)))


def delete_command(call: Call) -> Answer:
    if not call.world.commands.remove(call.params["command_id"], _scope(call)):
        raise unknown_command()
    return NO_CONTENT


def _scope(call: Call) -> str:
    """ "" for global commands, else the guild's id; raises Missing Access for a guild without the bot."""
    if call.params["application_id"] != call.world.application_id:
        raise unknown_application()
    guild_id = call.params.get("guild_id", "")
    if guild_id and call.world.joined_guild(guild_id) is None:
        raise missing_access()
    return guild_id


def _command(call: Call) -> dict[str, Any]:
    command = call.world.commands.get(call.params["command_id"], _scope(call))
    if command is None:
        raise unknown_command()
    return command


def _check(command: dict[str, Any]) -> None:
    errors = FieldErrors()
    check_command(errors, command)
    errors.raise_any()


def _refuse_beyond_limit(call: Call, scope: str, given: dict[str, Any]) -> None:
    kind = given.get("type") or 1
    registered = [one for one in call.world.commands.all(scope) if one["type"] == kind]
    most = 100 if kind == 1 else 15
    if len(registered) >= most and given["name"] not in {one["name"] for one in registered}:
        raise DiscordError(400, 30032, f"Maximum number of application commands reached ({most}).")


def _shown(command: dict[str, Any], *, full: bool) -> dict[str, Any]:
    """Lists leave the localizations out unless asked for."""
    hidden = () if full else ("name_localizations", "description_localizations")
    return {key: value for key, value in command.items() if key not in hidden}


_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
ROUTES = [
    Route(method, base + path, operation)
    for base in (_GLOBAL, _GUILD)
    for method, path, operation in (
        ("GET", "", list_commands),
        ("PUT", "", replace_commands),
        ("POST", "", create_command),
        ("GET", "/{command_id}", read_command),
        ("PATCH", "/{command_id}", change_command),
        ("DELETE", "/{command_id}", delete_command),
    )
]
