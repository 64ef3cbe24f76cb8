"""Lets members act and tells what the bot answered, with times."""

from typing import Any

from aiohttp import web

from simulator.control.orders import BadOrder, Order, channel_of, guild_of, member_of
from simulator.discord_gateway.hub import Hub
from simulator.world.asking import Act, Who, act, press, press_forged, submit, use_on_message
from simulator.world.interactions import CallbackType, Interaction, InteractionType
from simulator.world.messages import Message
from simulator.world.payloads import message_payload
from simulator.world.typed_commands import CannotAsk, Typed, command_data
from simulator.world.world import World

_MOST_REPEATS = 10
_MOST_AT_ONCE = 1_000


class InteractionControl:
    def __init__(self, world: World, hub: Hub) -> None:
        self._world = world
        self._hub = hub

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control/interactions", self._create),
            web.get("/control/interactions/{interaction_id}", self._show),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        order = await Order.of(request)
        try:
            made = self._carry_out(order)
        except CannotAsk as why:
            raise BadOrder(str(why)) from None
        ids = [interaction.id for interaction in made]
        listening = self._hub.listening(made[0].guild_id)
        answer = {"interaction_id": ids[0], "interaction_ids": ids, "delivered_to": listening, "sent_at": made[0].sent}
        return web.json_response(answer)

    def _carry_out(self, order: Order) -> list[Interaction]:
        """`count` different interactions, each sent `repeat` times under its one id."""
        world = self._world
        guild = guild_of(world, order.text("guild_id"))
        channel = channel_of(world, order.text("channel_id"))
        if channel.guild_id != guild.id:
            raise BadOrder(f"The channel {channel.id} is not in the guild {guild.id}.")
        member = member_of(guild, order.text("user_id"))
        who = Who(guild, channel, member, locale=order.text("locale", "en-US"))
        what = self._act(order, who)
        repeat = order.number("repeat", 1, least=1, most=_MOST_REPEATS)
        count = order.number("count", 1, least=1, most=_MOST_AT_ONCE)
        age = order.number("id_age_ms", 0)
        return [act(world, who, what, repeat=repeat, id_age_ms=age) for _ in range(count)]

    def _act(self, order: Order, who: Who) -> Act:
        kind = order.text("type", "slash")
        if kind in ("slash", "autocomplete"):
            return self._command(order, who, autocomplete=kind == "autocomplete")
        if kind in ("button", "select"):
            return self._component(order, who, select=kind == "select")
        if kind == "modal":
            fields = order.raw("fields", {})
            if not isinstance(fields, dict):
                raise BadOrder("The field 'fields' must be an object of custom ids and texts.")
            return submit(self._world, who, order.text("custom_id"), fields, force=order.flag("force"))
        if kind == "message_menu":
            message = self._message(order.text("message_id"))
            return use_on_message(self._world, who.guild, order.text("name"), message)
        raise BadOrder("The type is one of slash, button, select, modal, autocomplete, message_menu.")

    def _command(self, order: Order, who: Who, *, autocomplete: bool) -> Act:
        options = order.raw("options", {}) or {}
        if not isinstance(options, dict) and not _is_list_of_objects(options):
            raise BadOrder("The field 'options' must be an object, or a list of objects with name and value.")
        typed = Typed(
            line=order.text("name"),
            options=options,
            files=self._uploads(order, who),
            focused=order.text("focused", None),
            autocomplete=autocomplete,
        )
        data = command_data(self._world, who.guild, typed)
        kind = InteractionType.AUTOCOMPLETE if autocomplete else InteractionType.COMMAND
        return Act(kind, data, command_type=1)

    def _uploads(self, order: Order, who: Who) -> dict[str, dict[str, Any]]:
        """Files of attachment options; an option's value is the name its file was given under."""
        uploads = {}
        for one in order.listing("attachments", []) or ():
            given = Order(one if isinstance(one, dict) else {})
            uploads[given.text("name")] = self._world.attachments.keep(
                attachment_id=self._world.mint.new(),
                channel_id=who.channel.id,
                filename=given.text("filename", "file.txt"),
                content=given.text("content", "").encode(),
                content_type=given.text("content_type", "text/plain; charset=utf-8"),
            ) | {"ephemeral": True}
        return uploads

    def _component(self, order: Order, who: Who, *, select: bool) -> Act:
        custom_id = order.text("custom_id")
        values = [str(one) for one in order.listing("values", []) or ()] if select else None
        if order.has("message_id"):
            return press(self._world, self._message(order.text("message_id")), custom_id, values)
        message = self._world.messages.carrying(who.channel.id, custom_id)
        if message is not None:
            return press(self._world, message, custom_id, values)
        if order.flag("force"):
            return press_forged(self._world, who, custom_id, values)
        raise CannotAsk(f"No message in the channel {who.channel.id} carries the custom id {custom_id!r}.")

    def _message(self, message_id: str) -> Message:
        message = self._world.messages.get(message_id)
        if message is None:
            raise BadOrder(f"There is no message {message_id}.", 404)
        return message

    async def _show(self, request: web.Request) -> web.Response:
        interaction_id = request.match_info["interaction_id"]
        interaction = self._world.interactions.get(interaction_id)
        if interaction is None:
            raise BadOrder(f"There is no interaction {interaction_id}.", 404)
        return web.json_response(observed(self._world, interaction))


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def observed(world: World, interaction: Interaction) -> dict[str, Any]:
    """What the member saw of it so far; null where nothing has come yet. Times are from its sending."""
    seen = _visible(world, interaction)
    followups = [world.messages.get(one) for one in interaction.followup_ids]
    return {
        "interaction_id": interaction.id,
        "acked_ms": _since(interaction, interaction.acked),
        "first_response_ms": _since(interaction, interaction.first_response),
        "callback_type": interaction.callback,
        "deferred": interaction.deferred,
        "ephemeral": interaction.ephemeral,
        "message_id": interaction.original_id,
        "content": seen.content if seen else None,
        "embeds": seen.embeds if seen else None,
        "components": seen.components if seen else None,
        "choices": interaction.choices,
        "modal": interaction.modal,
        "edits": interaction.edits,
        "followups": [
            {**message_payload(one, world.application_id), "ephemeral": one.ephemeral} for one in followups if one
        ],
        "deleted": interaction.original_deleted,
        "refused": interaction.refused,
        "expired": interaction.callback is None and world.clock() - interaction.created > world.rules.first_response,
    }


def _visible(world: World, interaction: Interaction) -> Message | None:
    """The original response, unless it is still "thinking…" or a button's message not yet changed."""
    if interaction.callback is CallbackType.DEFERRED_UPDATE and not interaction.edits:
        return None
    message = world.messages.get(interaction.original_id or "")
    return None if message is None or message.loading else message


def _since(interaction: Interaction, at: float | None) -> float | None:
    return None if at is None else round((at - interaction.sent) * 1000, 1)
