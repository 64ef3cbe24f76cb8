"""Guilds, channels and voice states as the bot may read them."""

from simulator.world.departures import remove_bot
from simulator.world.founding import new_channel
from simulator.world.guilds import ChannelType
from simulator.world.permissions import Permission
from simulator.world.voice_moves import move_member
from tests.simulator.discord_client import RestClient


async def test_a_guild_and_its_channels_can_be_read(rest: RestClient) -> None:
    guild = rest.site.guild
    reply = await rest("GET", f"/guilds/{guild.id}")
    channels = await rest("GET", f"/guilds/{guild.id}/channels")
    assert reply.data["name"] == guild.name
    assert [one["type"] for one in channels.data] == [0, 0, 2, 2]


async def test_members_and_roles_can_be_read(rest: RestClient) -> None:
    guild = rest.site.guild
    roles = await rest("GET", f"/guilds/{guild.id}/roles")
    alice = await rest("GET", f"/guilds/{guild.id}/members/{rest.member('Alice')}")
    dj = next(role for role in roles.data if role["name"] == "DJ")
    assert alice.data["roles"] == [dj["id"]]
    stranger = await rest("GET", f"/guilds/{guild.id}/members/1")
    assert (stranger.status, stranger.data["code"]) == (404, 10007)


async def test_voice_states_are_the_last_resort(rest: RestClient) -> None:
    guild, alice = rest.site.guild, rest.member("Alice")
    path = f"/guilds/{guild.id}/voice-states/{alice}"
    before = await rest("GET", path)
    move_member(rest.site.world, guild, alice, rest.channel("Music"))
    after = await rest("GET", path)
    own = await rest("GET", f"/guilds/{guild.id}/voice-states/@me")
    assert (before.status, before.data["code"]) == (404, 10065)
    assert after.data["channel_id"] == rest.channel("Music")
    assert own.status == 404


async def test_a_guild_without_the_bot_is_unknown(rest: RestClient) -> None:
    guild = rest.site.guild
    remove_bot(rest.site.world, guild)
    reply = await rest("GET", f"/guilds/{guild.id}")
    channel = await rest("GET", f"/channels/{rest.text_channel}")
    assert reply.data["code"] == 10004
    assert channel.data["code"] == 10003


async def test_a_hidden_channel_is_closed_to_the_bot(rest: RestClient) -> None:
    hidden = new_channel(
        rest.site.world,
        rest.site.guild,
        kind=ChannelType.TEXT,
        name="staff",
        denied_to_everyone=Permission.VIEW_CHANNEL,
    )
    reply = await rest("GET", f"/channels/{hidden.id}")
    assert (reply.status, reply.data["code"]) == (403, 50001)
