"""What Discord has already is not sent again, names in other languages included."""

from __future__ import annotations

from bot.discord_rest import DiscordRest
from bot.message_menu import MESSAGE_COMMANDS
from bot.process import Gateway
from bot.registration import register
from bot.slash.registry import by_name
from tests.bot.sandbox import Town, eventually


def versions(town: Town) -> dict[str, str]:
    """Discord gives a command another one whenever it is written."""
    return {command["name"]: command["version"] for command in town.site.world.commands.all()}


async def test_who_starts_again_registers_only_what_differs(town: Town, gateway: Gateway) -> None:
    async def all_there() -> bool:
        return set(versions(town)) == {*by_name(), *MESSAGE_COMMANDS}

    await eventually(all_there)
    before = versions(town)
    rest = DiscordRest(gateway._client.http, int(town.site.world.bot.id))
    await register(rest, by_name())
    assert versions(town) == before
    play = next(command for command in town.site.world.commands.all() if command["name"] == "play")
    town.site.world.commands.change(play["id"], {"name_localizations": {"es-ES": "tocar"}})
    await register(rest, by_name())
    again = next(command for command in town.site.world.commands.all() if command["name"] == "play")
    assert again["name_localizations"] == {"es-ES": "poner", "es-419": "poner"}
