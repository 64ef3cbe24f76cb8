"""An interaction's own webhook: its original response and follow-ups, for fifteen minutes."""

from simulator.discord_rest.errors import (
    invalid_webhook_token,
    unknown_message,
    unknown_webhook,
)
from simulator.discord_rest.exchange import NO_CONTENT, Answer, Call, Route
from simulator.discord_rest.message_rules import as_object, check_message, refuse_empty
from simulator.discord_rest.posting import edit_message, post_message
from simulator.world.interactions import Interaction
from simulator.world.messages import Message, MessageFlag
from simulator.world.payloads import message_payload


def create_followup(call: Call) -> Answer:
    """While the answer is still "thinking…", the first follow-up takes its place and its visibility.

    `wait` is always true for an interaction's webhook, whatever the query says.
    """
    interaction = _interaction(call)
    draft = check_message(as_object(call.data))
    refuse_empty(draft, files=len(call.files))
    original = call.world.messages.get(interaction.original_id or "")
    if original is not None and original.loading:
        message = edit_message(call.world, original, draft, call.files)
        _note_edit(call, interaction, message)
    else:
        message = post_message(call.world, interaction.channel_id, draft, call.files, interaction=interaction)
        interaction.followup_ids.append(message.id)
        if interaction.first_response is None:
            interaction.first_response = call.world.clock()
    return _answer(call, message)


def read_original(call: Call) -> Answer:
    return _answer(call, _original(call, _interaction(call)))


def edit_original(call: Call) -> Answer:
    interaction = _interaction(call)
    return _edit(call, interaction, _original(call, interaction))


def delete_original(call: Call) -> Answer:
    interaction = _interaction(call)
    message = _original(call, interaction)
    call.world.delete_message(message.id)
    interaction.original_deleted = True
    return NO_CONTENT


def read_message(call: Call) -> Answer:
    return _answer(call, _own_message(call, _interaction(call)))


def edit_own_message(call: Call) -> Answer:
    interaction = _interaction(call)
    return _edit(call, interaction, _own_message(call, interaction))


def delete_own_message(call: Call) -> Answer:
    interaction = _interaction(call)
    message = _own_message(call, interaction)
    call.world.delete_message(message.id)
    interaction.original_deleted = interaction.original_deleted or message.id == interaction.original_id
    return NO_CONTENT


def _interaction(call: Call) -> Interaction:
    """Raises Unknown Webhook before the first response, Invalid Webhook Token after fifteen minutes."""
    world = call.world
    interaction = world.interactions.of_token(call.params["webhook_token"])
    if call.params["webhook_id"] != world.application_id or interaction is None:
        raise unknown_webhook()
    if world.clock() - interaction.created > world.rules.interaction_token:
        raise invalid_webhook_token()
    if interaction.callback is None:
        raise unknown_webhook()
    return interaction


def _original(call: Call, interaction: Interaction) -> Message:
    message = call.world.messages.get(interaction.original_id or "")
    if message is None:
        raise unknown_message()
    return message


def _own_message(call: Call, interaction: Interaction) -> Message:
    message_id = call.params["message_id"]
    if message_id == interaction.original_id:
        return _original(call, interaction)
    message = call.world.messages.get(message_id) if message_id in interaction.followup_ids else None
    if message is None:
        raise unknown_message()
    return message


def _edit(call: Call, interaction: Interaction, message: Message) -> Answer:
    was_v2 = bool(message.flags & MessageFlag.COMPONENTS_V2)
    draft = check_message(as_object(call.data), was_v2=was_v2)
    changed = edit_message(call.world, message, draft, call.files)
    if changed.id == interaction.original_id:
        _note_edit(call, interaction, changed)
    return _answer(call, changed)


def _note_edit(call: Call, interaction: Interaction, message: Message) -> None:
    now = call.world.clock()
    if interaction.first_response is None:
        interaction.first_response = now
    interaction.edits.append(
        {
            "after_ms": round((now - interaction.sent) * 1000, 1),
            "content": message.content,
            "embeds": message.embeds,
            "components": message.components,
        }
    )


def _answer(call: Call, message: Message) -> Answer:
    return Answer(data=message_payload(message, call.world.application_id))


_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
ROUTES = [
    Route(method, _HOOK + path, operation, needs_token=False, counts_globally=False)
    for method, path, operation in (
        ("POST", "", create_followup),
        ("GET", "/messages/@original", read_original),
        ("PATCH", "/messages/@original", edit_original),
        ("DELETE", "/messages/@original", delete_original),
        ("GET", "/messages/{message_id}", read_message),
        ("PATCH", "/messages/{message_id}", edit_own_message),
        ("DELETE", "/messages/{message_id}", delete_own_message),
    )
]
