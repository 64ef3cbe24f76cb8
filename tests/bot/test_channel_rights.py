"""What the bot lacks in a channel: the simulator's own reckoning is the judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel_rights import BITS, EVERYTHING, permissions
from bot.sentences import may_not_write
from project.wire.desk import ChangeSettings, ShowSettings
from simulator.world.founding import BOT, NewGuild, found_guild
from simulator.world.guilds import Overwrite
from simulator.world.payloads import channel_payload, member_payload, role_payload
from simulator.world.permissions import Permission, channel_permissions
from simulator.world.world import World
from tests.bot.sandbox import AudioEnd, Town

WORLD = World(bot=BOT, bot_token="t")
GUILD = found_guild(WORLD, NewGuild())
bits = st.sampled_from(sorted(BITS.values())).flatmap(lambda one: st.sampled_from([0, one, one | 1 << 10]))


@given(bits, bits, st.lists(st.tuples(st.sampled_from(["everyone", "role", "bot", "other"]), bits, bits), max_size=4))
def test_it_is_reckoned_as_discord_does(everyones: int, roles: int, overwrites: list[tuple[str, int, int]]) -> None:
    guild, bot = GUILD, GUILD.members[WORLD.bot.id]
    guild.roles[guild.id].permissions = everyones
    ids = {"everyone": guild.id, "role": bot.role_ids[0], "bot": bot.user.id, "other": "99"}
    guild.roles[ids["role"]].permissions = roles
    channel = next(iter(guild.channels.values()))
    channel.overwrites.clear()
    for subject, allow, deny in overwrites:
        kind = 1 if subject == "bot" else 0
        channel.overwrites[ids[subject]] = Overwrite(ids[subject], kind, allow, deny)
    ours = permissions(
        int(guild.id),
        [role_payload(role) for role in guild.roles.values()],
        member_payload(bot),
        channel_payload(channel)["permission_overwrites"],
    )
    assert ours == channel_permissions(guild, bot, channel)


def test_an_administrator_lacks_nothing() -> None:
    member = {"roles": ["7"], "user": {"id": "9"}}
    roles = [{"id": "1", "permissions": "0"}, {"id": "7", "permissions": str(1 << 3)}]
    assert permissions(1, roles, member, [{"id": "1", "allow": "0", "deny": str(BITS["view_channel"])}]) == EVERYTHING


def deny(town: Town, channel_id: int, permission: Permission) -> None:
    """The bot may not do that in the channel."""
    bot = str(town.cast.bot)
    town.site.guild.channels[str(channel_id)].overwrites[bot] = Overwrite(bot, 1, 0, int(permission))


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize(
    ("option", "permission", "name"),
    [
        ("player-channel", Permission.VIEW_CHANNEL, "view_channel"),
        ("player-channel", Permission.SEND_MESSAGES, "send_messages"),
        ("player-channel", Permission.EMBED_LINKS, "embed_links"),
        ("announce-channel", Permission.SEND_MESSAGES, "send_messages"),
    ],
)
async def test_a_channel_in_which_the_bot_may_not_write_is_not_set(
    town: Town, audio: AudioEnd, option: str, permission: Permission, name: str
) -> None:
    place = town.cast.general
    deny(town, place, permission)
    seen = await town.answered(await town.type("settings set", options={option: str(place)}))
    assert (seen["content"], seen["ephemeral"]) == (may_not_write(place, (name,)).en, True)
    await town.type("settings show")
    assert isinstance((await audio.desk_command()).order, ShowSettings), "and nothing before it"


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("option", ["player-channel", "announce-channel"])
async def test_a_channel_in_which_it_may_is_set(town: Town, audio: AudioEnd, option: str) -> None:
    place = town.cast.general
    if option == "announce-channel":
        deny(town, place, Permission.EMBED_LINKS)  # there are none in announcements
    await town.type("settings set", options={option: str(place)})
    order = (await audio.desk_command()).order
    assert isinstance(order, ChangeSettings)
    assert place in order.given().values()


@pytest.mark.usefixtures("gateway")
async def test_where_discord_does_not_say_the_setting_is_taken(town: Town, audio: AudioEnd) -> None:
    await town.ask("POST", "/faults", target="rest", kind="status", status=503, path="/roles")
    await town.type("settings set", options={"player-channel": str(town.cast.general)})
    assert isinstance((await audio.desk_command()).order, ChangeSettings)
