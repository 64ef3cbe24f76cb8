"""A member acts: uses a command, presses a button, submits a form; the bot's gateway hears of it."""

import base64
import secrets
from dataclasses import dataclass
from typing import Any

from simulator.world.guilds import Channel, Guild, Member
from simulator.world.interactions import Interaction, InteractionType
from simulator.world.messages import Message, component_with
from simulator.world.payloads import channel_payload, member_payload, message_payload
from simulator.world.permissions import channel_permissions
from simulator.world.resolved import UnknownObject, resolve
from simulator.world.typed_commands import CannotAsk
from simulator.world.world import World

_ATTACHMENT_LIMIT = 10 * 1024 * 1024
_LONGEST_TEXT = 4_000
_BUTTON, _STRING_SELECT, _TEXT_INPUT, _ROW, _LABEL = 2, 3, 4, 1, 18


@dataclass(frozen=True, slots=True)
class Who:
    """A member in a channel, where everything they do happens."""

    guild: Guild
    channel: Channel
    member: Member
    locale: str = "en-US"


@dataclass(frozen=True, slots=True)
class Act:
    """What the member did, ready to become an interaction."""

    type: InteractionType
    data: dict[str, Any]
    message: Message | None = None
    message_payload: dict[str, Any] | None = None
    command_type: int | None = None


def act(world: World, who: Who, what: Act, *, repeat: int = 1, id_age_ms: int = 0) -> Interaction:
    """Creates the interaction and sends it to the guild's shard, `repeat` times under the same id."""
    interaction_id = world.mint.new(age_ms=id_age_ms)
    token = _token(interaction_id)
    payload = _payload(world, who, what, interaction_id, token)
    now = world.clock()
    interaction = Interaction(
        id=interaction_id,
        token=token,
        type=what.type,
        guild_id=who.guild.id,
        channel_id=who.channel.id,
        user_id=who.member.user.id,
        payload=payload,
        created=now - id_age_ms / 1000,
        sent=now,
        command_type=what.command_type,
        message_id=what.message.id if what.message else None,
    )
    world.interactions.add(interaction)
    for _ in range(repeat):
        world.publish(who.guild.id, "INTERACTION_CREATE", payload)
    return interaction


def press(world: World, message: Message, custom_id: str, values: list[str] | None) -> Act:
    """A button (values None) or a select on a message; raises CannotAsk when it does not carry it."""
    component = component_with(message.components, custom_id)
    if component is None:
        raise CannotAsk(f"The message {message.id} has no component with the custom id {custom_id!r}.")
    if component.get("disabled"):
        raise CannotAsk(f"The component {custom_id!r} is disabled.")
    data = {"component_type": component["type"], "custom_id": custom_id, "id": component.get("id", 1)}
    if component["type"] != _BUTTON:
        data["values"] = _chosen(component, values or [])
        if component["type"] != _STRING_SELECT:
            data["resolved"] = _resolved(world.guilds[message.guild_id], data["values"])
    payload = message_payload(message, world.application_id)
    return Act(InteractionType.COMPONENT, data, message=message, message_payload=payload)


def press_forged(world: World, who: Who, custom_id: str, values: list[str] | None) -> Act:
    """A component that no known message carries, as one on a message older than this world."""
    kind = _BUTTON if values is None else _STRING_SELECT
    data: dict[str, Any] = {"component_type": kind, "custom_id": custom_id, "id": 2}
    if values is not None:
        data["values"] = values
    button = {"type": _BUTTON, "id": 2, "custom_id": custom_id, "style": 2, "label": "?"}
    message = Message(
        id=world.mint.new(age_ms=86_400_000),
        channel_id=who.channel.id,
        guild_id=who.guild.id,
        author=world.bot,
        created=world.clock() - 86_400,
        components=[{"type": _ROW, "id": 1, "components": [button]}],
    )
    payload = message_payload(message, world.application_id)
    return Act(InteractionType.COMPONENT, data, message=message, message_payload=payload)


def submit(world: World, who: Who, custom_id: str, fields: dict[str, Any], *, force: bool) -> Act:
    """Fills in a form the bot opened for this member; raises CannotAsk when it opened none."""
    opener = world.interactions.modal_of(who.member.user.id, custom_id)
    if opener is None or opener.modal is None:
        if not force:
            raise CannotAsk(f"The bot has not opened a form {custom_id!r} for this member.")
        rows = [_text_row(name, value) for name, value in fields.items()]
        return Act(InteractionType.MODAL, {"custom_id": custom_id, "components": rows})
    rows = [_filled(row, fields) for row in opener.modal["components"]]
    message = world.messages.get(opener.message_id or "")
    payload = message_payload(message, world.application_id) if message else None
    data = {"custom_id": custom_id, "components": rows}
    return Act(InteractionType.MODAL, data, message=message, message_payload=payload)


def use_on_message(world: World, guild: Guild, name: str, message: Message) -> Act:
    """A message context menu; its target's text is readable to the bot."""
    command = world.commands.named(name, 3, (guild.id, ""))
    if command is None:
        raise CannotAsk(f"The bot has not registered a message command named {name!r}.")
    target = message_payload(message, world.application_id)
    data = {
        "id": command["id"],
        "name": command["name"],
        "type": 3,
        "target_id": message.id,
        "resolved": {"messages": {message.id: target}},
    }
    return Act(InteractionType.COMMAND, data, command_type=3)


def _payload(world: World, who: Who, what: Act, interaction_id: str, token: str) -> dict[str, Any]:
    guild, channel = who.guild, who.channel
    permissions = channel_permissions(guild, who.member, channel)
    payload: dict[str, Any] = {
        "id": interaction_id,
        "application_id": world.application_id,
        "type": int(what.type),
        "token": token,
        "version": 1,
        "data": what.data,
        "guild_id": guild.id,
        "guild": {"id": guild.id, "locale": guild.locale, "features": []},
        "channel_id": channel.id,
        "channel": channel_payload(channel, permissions),
        "member": member_payload(who.member, permissions),
        "app_permissions": str(world.bot_permissions(channel)),
        "locale": who.locale,
        "guild_locale": guild.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": guild.id},
        "context": 0,
        "attachment_size_limit": _ATTACHMENT_LIMIT,
    }
    if what.message_payload is not None:
        payload["message"] = what.message_payload
    return payload


def _token(interaction_id: str) -> str:
    secret = f"interaction:{interaction_id}:{secrets.token_urlsafe(48)}"
    return base64.urlsafe_b64encode(secret.encode()).decode().rstrip("=")


def _chosen(component: dict[str, Any], values: list[str]) -> list[str]:
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    if not least <= len(values) <= most:
        raise CannotAsk(f"This menu takes {least} to {most} values, not {len(values)}.")
    if component["type"] == _STRING_SELECT:
        known = {option["value"] for option in component["options"]}
        for value in values:
            if value not in known:
                raise CannotAsk(f"The menu offers no {value!r}; it offers {', '.join(sorted(known))}.")
    return values


def _resolved(guild: Guild, ids: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for one in ids:
        try:
            resolve(guild, one, found)
        except UnknownObject as unknown:
            raise CannotAsk(str(unknown)) from None
    return found


def _filled(row: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    if row["type"] == _ROW:
        return {"type": _ROW, "id": 1, "components": [_answered(i, fields) for i in row["components"]]}
    if row["type"] == _LABEL:
        return {"type": _LABEL, "id": 1, "component": _answered(row["component"], fields)}
    return {"type": row["type"], "id": 1}


def _answered(item: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """As Discord's client lets a member send it; what is preset and was not touched is sent, too."""
    custom_id = item["custom_id"]
    given = fields.get(custom_id)
    answered: dict[str, Any] = {"type": item["type"], "id": 2, "custom_id": custom_id}
    text = item["type"] == _TEXT_INPUT
    if given is None:
        given = item.get("value") if text else [one["value"] for one in item.get("options", []) if one.get("default")]
    if not given:
        if item.get("required", True):
            raise CannotAsk(f"The form's field {custom_id!r} is required.")
        nothing: dict[str, Any] = {"value": ""} if text else {"values": []}
        return answered | nothing
    if text:
        return answered | {"value": _typed_text(item, str(given))}
    return answered | {"values": _chosen(item, list(given))}


def _typed_text(item: dict[str, Any], text: str) -> str:
    least, most = item.get("min_length") or 0, item.get("max_length") or _LONGEST_TEXT
    if not least <= len(text) <= most:
        raise CannotAsk(f"The form's field {item['custom_id']!r} takes {least} to {most} characters, not {len(text)}.")
    return text


def _text_row(custom_id: str, value: Any) -> dict[str, Any]:
    text = {"type": _TEXT_INPUT, "id": 2, "custom_id": custom_id, "value": str(value)}
    return {"type": _ROW, "id": 1, "components": [text]}
