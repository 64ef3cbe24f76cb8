"""Guilds, channels, members and voice: what exists, and changing it."""

from typing import Any

from aiohttp import web

from simulator.control.message_view import shown
from simulator.control.orders import BadOrder, Order, channel_of, guild_of, member_of
from simulator.world.departures import delete_channel, invite_bot, remove_bot
from simulator.world.founding import NewGuild, NewMember, add_member, found_guild, new_channel
from simulator.world.guilds import Channel, ChannelType, Guild, Member
from simulator.world.permissions import Permission, guild_permissions, permissions_named
from simulator.world.posts import member_posts
from simulator.world.snowflakes import is_snowflake
from simulator.world.voice_moves import change_server, move_member, mute_member
from simulator.world.world import World

_KINDS = {"text": ChannelType.TEXT, "voice": ChannelType.VOICE, "0": ChannelType.TEXT, "2": ChannelType.VOICE}


class PlaceControl:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/guilds", self._list),
            web.post("/control/guilds", self._found),
            web.get("/control/guilds/{guild_id}", self._show),
            web.delete("/control/guilds/{guild_id}", self._remove_bot),
            web.post("/control/guilds/{guild_id}/bot", self._invite_bot),
            web.post("/control/members", self._add_member),
            web.post("/control/channels", self._add_channel),
            web.delete("/control/channels/{channel_id}", self._delete_channel),
            web.post("/control/voice", self._voice),
            web.post("/control/voice-mute", self._mute),
            web.post("/control/voice-server", self._change_voice_server),
            web.get("/control/messages/{channel_id}", self._messages),
            web.post("/control/messages", self._post),
            web.delete("/control/messages/{message_id}", self._delete_message),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response([self._guild(guild) for guild in self._world.guilds.values()])

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response(self._guild(guild_of(self._world, request.match_info["guild_id"])))

    async def _found(self, request: web.Request) -> web.Response:
        order = await Order.of(request)
        guild = found_guild(self._world, self._wanted(order))
        return web.json_response(self._guild(guild), status=201)

    def _wanted(self, order: Order) -> NewGuild:
        default = NewGuild()
        guild_id = order.text("guild_id", None) or order.text("id", None)
        if guild_id is not None and (not is_snowflake(guild_id) or guild_id in self._world.guilds):
            raise BadOrder(f"The guild id {guild_id} is taken or no snowflake.")
        members = order.listing("members")
        channels = order.listing("channels")
        named: list[tuple[str, ChannelType]] = [_wanted_channel(one) for one in channels or ()]
        return NewGuild(
            name=order.text("name", "Friday night"),
            guild_id=guild_id,
            members=default.members if members is None else [_wanted_member(one) for one in members],
            voice=default.voice if channels is None else [n for n, kind in named if kind is ChannelType.VOICE],
            text=default.text if channels is None else [n for n, kind in named if kind is ChannelType.TEXT],
            bot_joined=order.flag("bot_joined", default=True),
            locale=order.text("locale", "en-US"),
            role_permissions=_role_permissions(order.raw("roles", {})),
        )

    async def _remove_bot(self, request: web.Request) -> web.Response:
        guild = guild_of(self._world, request.match_info["guild_id"])
        remove_bot(self._world, guild)
        return web.json_response(self._guild(guild))

    async def _invite_bot(self, request: web.Request) -> web.Response:
        guild = guild_of(self._world, request.match_info["guild_id"])
        invite_bot(self._world, guild)
        return web.json_response(self._guild(guild))

    async def _add_member(self, request: web.Request) -> web.Response:
        order = await Order.of(request)
        guild = guild_of(self._world, order.text("guild_id"))
        wanted = _wanted_member(order.without("guild_id"))
        member = add_member(self._world, guild, wanted, None, _role_permissions(order.raw("permissions", {})))
        return web.json_response(self._member(guild, member), status=201)

    async def _add_channel(self, request: web.Request) -> web.Response:
        order = await Order.of(request)
        guild = guild_of(self._world, order.text("guild_id"))
        name, kind = _wanted_channel({"name": order.text("name"), "type": order.raw("type", "voice")})
        try:
            denied = permissions_named(str(one) for one in order.listing("deny", []) or ())
        except KeyError as unknown:
            raise BadOrder(f"There is no permission {unknown} to deny.") from None
        channel = new_channel(
            self._world,
            guild,
            kind=kind,
            name=name,
            denied_to_everyone=denied,
            user_limit=order.number("user_limit", 0),
        )
        return web.json_response(_channel(channel), status=201)

    async def _delete_channel(self, request: web.Request) -> web.Response:
        channel = channel_of(self._world, request.match_info["channel_id"])
        delete_channel(self._world, self._world.guilds[channel.guild_id], channel.id)
        return web.json_response({"deleted": channel.id})

    async def _voice(self, request: web.Request) -> web.Response:
        order = await Order.of(request)
        guild = guild_of(self._world, order.text("guild_id"))
        member = member_of(guild, order.text("user_id"))
        channel_id = order.text("channel_id", None)
        known = self._world.voice.get(guild.id, member.user.id)
        if channel_id is not None:
            channel = guild.channels.get(channel_id)
            if channel is None or channel.type is not ChannelType.VOICE:
                raise BadOrder(f"The guild {guild.id} has no voice channel {channel_id}.", 404)
            if member.user.id == self._world.bot.id and known is None:
                raise BadOrder("A bot joins voice by itself; members can only move or kick it.", 409)
        moved = move_member(self._world, guild, member.user.id, channel_id)
        return web.json_response({"moved": moved, "channel_id": channel_id})

    async def _mute(self, request: web.Request) -> web.Response:
        order = await Order.of(request)
        guild = guild_of(self._world, order.text("guild_id"))
        member = member_of(guild, order.text("user_id"))
        mute_member(self._world, guild, member.user.id, order.flag("muted", default=True))
        return web.json_response({"muted": member.muted})

    async def _change_voice_server(self, request: web.Request) -> web.Response:
        guild = guild_of(self._world, (await Order.of(request)).text("guild_id"))
        return web.json_response({"changed": change_server(self._world, guild)})

    async def _messages(self, request: web.Request) -> web.Response:
        """Newest first; ephemeral ones, which no channel lists, only with ?ephemeral=1."""
        channel = channel_of(self._world, request.match_info["channel_id"])
        found = self._world.messages.newest(channel.id, ephemeral_too=request.query.get("ephemeral") in ("1", "true"))
        return web.json_response([shown(self._world, one) for one in found[:200]])

    async def _post(self, request: web.Request) -> web.Response:
        order = await Order.of(request)
        channel = channel_of(self._world, order.text("channel_id"))
        member = member_of(self._world.guilds[channel.guild_id], order.text("user_id"))
        message = member_posts(self._world, channel, member.user, order.text("content"))
        return web.json_response({"message_id": message.id}, status=201)

    async def _delete_message(self, request: web.Request) -> web.Response:
        message_id = request.match_info["message_id"]
        if not self._world.delete_message(message_id):
            raise BadOrder(f"There is no message {message_id}.", 404)
        return web.json_response({"deleted": message_id})

    def _guild(self, guild: Guild) -> dict[str, Any]:
        cast = [m for m in guild.members.values() if m.user.id not in (guild.owner_id, self._world.bot.id)]
        return {
            "id": guild.id,
            "guild_id": guild.id,
            "name": guild.name,
            "locale": guild.locale,
            "bot_joined": guild.bot_joined,
            "bot_user_id": self._world.bot.id,
            "bot_voice_channel_id": self._voice_channel(guild, self._world.bot.id),
            "owner": self._member(guild, guild.members[guild.owner_id]),
            "members": [self._member(guild, member) for member in cast],
            "roles": [{"id": r.id, "name": r.name, "permissions": str(r.permissions)} for r in guild.roles.values()],
            "channels": [_channel(channel) for channel in guild.channels.values()],
        }

    def _member(self, guild: Guild, member: Member) -> dict[str, Any]:
        return {
            "id": member.user.id,
            "user_id": member.user.id,
            "name": member.user.global_name,
            "roles": [guild.roles[role_id].name for role_id in member.role_ids],
            "role_ids": member.role_ids,
            "permissions": str(guild_permissions(guild, member)),
            "voice_channel_id": self._voice_channel(guild, member.user.id),
        }

    def _voice_channel(self, guild: Guild, user_id: str) -> str | None:
        state = self._world.voice.get(guild.id, user_id)
        return state.channel_id if state else None


def _channel(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "channel_id": channel.id,
        "name": channel.name,
        "type": "voice" if channel.type is ChannelType.VOICE else "text",
        "user_limit": channel.user_limit,
        "last_message_id": channel.last_message_id,
    }


def _wanted_member(given: Any) -> NewMember:
    """A name, or an object with name and roles (their names)."""
    if isinstance(given, str):
        return NewMember(given)
    order = Order(given if isinstance(given, dict) else {})
    roles = [str(one) for one in order.listing("roles", []) or ()]
    return NewMember(order.text("name"), roles, order.text("user_id", None))


def _wanted_channel(given: Any) -> tuple[str, ChannelType]:
    order = Order(given if isinstance(given, dict) else {})
    kind = _KINDS.get(order.text("type", "text"))
    if kind is None:
        raise BadOrder("A channel's type is text or voice.")
    return order.text("name"), kind


def _role_permissions(given: Any) -> dict[str, int]:
    """Permissions by role name, as names such as MANAGE_GUILD or as a number of bits."""
    permissions = {}
    for name, wanted in (given if isinstance(given, dict) else {}).items():
        try:
            permissions[name] = permissions_named(wanted) if isinstance(wanted, list) else int(wanted)
        except (KeyError, ValueError, TypeError):
            known = ", ".join(one.name or "" for one in Permission)
            raise BadOrder(f"The permissions of {name!r} are none of {known}, nor a number.") from None
    return permissions
