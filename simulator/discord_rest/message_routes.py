"""Messages in channels: reading, posting with enforced nonces, editing, deleting."""

from dataclasses import replace

from simulator.discord_rest.errors import (
    DiscordError,
    missing_access,
    missing_permissions,
    not_the_author,
    unknown_message,
)
from simulator.discord_rest.exchange import NO_CONTENT, Answer, Call, Route
from simulator.discord_rest.message_rules import Draft, as_object, check_message, refuse_empty
from simulator.discord_rest.posting import edit_message, post_message
from simulator.world.guilds import Channel
from simulator.world.messages import Message, MessageFlag
from simulator.world.payloads import message_payload
from simulator.world.permissions import Permission
from simulator.world.snowflakes import is_snowflake


def list_messages(call: Call) -> Answer:
    channel = _readable(call)
    if not call.bot_may(channel, Permission.READ_MESSAGE_HISTORY):
        return Answer(data=[])
    limit = call.query.get("limit", "50")
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        message = "int value should be between 1 and 100."
        errors = {"limit": {"_errors": [{"code": "NUMBER_TYPE_MAX", "message": message}]}}
        raise DiscordError(400, 50035, "Invalid Form Body", errors)
    found = call.world.messages.page(
        channel.id, limit=int(limit), before=_bound(call, "before"), after=_bound(call, "after")
    )
    return Answer(data=[message_payload(m, call.world.application_id) for m in found])


def read_message(call: Call) -> Answer:
    channel = _readable(call)
    return _answer(call, _message(call, channel))


def create_message(call: Call) -> Answer:
    channel = _readable(call)
    world = call.world
    if not call.bot_may(channel, Permission.SEND_MESSAGES):
        raise missing_permissions()
    if call.files and not call.bot_may(channel, Permission.ATTACH_FILES):
        raise missing_permissions()
    draft = check_message(as_object(call.data))
    refuse_empty(draft, files=len(call.files))
    if _loses_embeds(call, channel, draft):
        if not draft.content.strip() and not call.files:
            raise missing_permissions()
        draft = replace(draft, embeds=[])
    nonce = None if draft.nonce is None else str(draft.nonce)
    if nonce is not None and draft.enforce_nonce:
        known = world.messages.of_nonce(world.bot.id, nonce, now=world.clock())
        if known is not None:
            return _answer(call, known)
    message = post_message(world, channel.id, draft, call.files)
    if nonce is not None:
        until = world.clock() + world.rules.nonce_kept
        world.messages.remember_nonce(world.bot.id, nonce, message.id, until=until)
    return _answer(call, message)


def update_message(call: Call) -> Answer:
    channel = _readable(call)
    message = _message(call, channel)
    if message.author.id != call.world.bot.id:
        raise not_the_author()
    was_v2 = bool(message.flags & MessageFlag.COMPONENTS_V2)
    draft = check_message(as_object(call.data), was_v2=was_v2)
    bare = _loses_embeds(call, channel, draft)
    if bare:
        draft = replace(draft, embeds=[])
    return _answer(call, edit_message(call.world, message, draft, call.files, components_count=bare))


def _loses_embeds(call: Call, channel: Channel, draft: Draft) -> bool:
    """Without EMBED_LINKS embeds are dropped; a new message that has nothing else is refused (discord-api-docs #2601).

    An edit that leaves nothing is an empty message, unless it has buttons (discord-api-docs #5648). Answers to
    interactions may always have embeds.
    """
    return bool(draft.embeds) and not call.bot_may(channel, Permission.EMBED_LINKS)


def delete_message(call: Call) -> Answer:
    channel = _readable(call)
    message = _message(call, channel)
    if message.author.id != call.world.bot.id and not call.bot_may(channel, Permission.MANAGE_MESSAGES):
        raise missing_permissions()
    call.world.delete_message(message.id)
    return NO_CONTENT


def _readable(call: Call) -> Channel:
    channel = call.channel()
    if not call.bot_may(channel, Permission.VIEW_CHANNEL):
        raise missing_access()
    return channel


def _message(call: Call, channel: Channel) -> Message:
    """The message in the path; ephemeral ones are reached by their interaction's webhook only."""
    message = call.world.messages.get(call.params["message_id"])
    if message is None or message.channel_id != channel.id or message.ephemeral:
        raise unknown_message()
    return message


def _bound(call: Call, name: str) -> int | None:
    value = call.query.get(name)
    if value is None:
        return None
    if not is_snowflake(value):
        message = f'Value "{value}" is not snowflake.'
        errors = {name: {"_errors": [{"code": "NUMBER_TYPE_COERCE", "message": message}]}}
        raise DiscordError(400, 50035, "Invalid Form Body", errors)
    return int(value)


def _answer(call: Call, message: Message) -> Answer:
    return Answer(data=message_payload(message, call.world.application_id))


_ALL = "/channels/{channel_id}/messages"
_ONE = "/channels/{channel_id}/messages/{message_id}"
ROUTES = [
    Route("GET", _ALL, list_messages),
    Route("POST", _ALL, create_message),
    Route("GET", _ONE, read_message),
    Route("PATCH", _ONE, update_message),
    Route("DELETE", _ONE, delete_message),
]
