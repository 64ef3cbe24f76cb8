"""The first response to an interaction: accepted once, within three seconds, by its type's rules."""

from collections.abc import Callable
from typing import Any

from simulator.discord_rest import field_rules as rules
from simulator.discord_rest.errors import (
    DiscordError,
    FieldErrors,
    already_acknowledged,
    unknown_interaction,
)
from simulator.discord_rest.exchange import NO_CONTENT, Answer, Call, Route
from simulator.discord_rest.message_rules import Draft, as_object, check_message, refuse_empty
from simulator.discord_rest.modal_rules import check_choices, check_modal
from simulator.discord_rest.posting import edit_message, post_message
from simulator.world.changes import InteractionAnswered
from simulator.world.interactions import CallbackType, Interaction, InteractionType
from simulator.world.messages import MessageFlag
from simulator.world.payloads import message_payload

_COMMAND_CALLBACKS = {
    CallbackType.MESSAGE,
    CallbackType.DEFERRED_MESSAGE,
    CallbackType.MODAL,
}
_ALLOWED = {
    InteractionType.COMMAND: _COMMAND_CALLBACKS,
    InteractionType.COMPONENT: _COMMAND_CALLBACKS | {CallbackType.DEFERRED_UPDATE, CallbackType.UPDATE_MESSAGE},
    InteractionType.AUTOCOMPLETE: {CallbackType.CHOICES},
    InteractionType.MODAL: {
        CallbackType.MESSAGE,
        CallbackType.DEFERRED_MESSAGE,
        CallbackType.DEFERRED_UPDATE,
        CallbackType.UPDATE_MESSAGE,
    },
}


def callback(call: Call) -> Answer:
    """Refuses late (10062) and second (40060) callbacks, which the interaction's record keeps."""
    world = call.world
    interaction = world.interactions.get(call.params["interaction_id"])
    if interaction is None or interaction.token != call.params["interaction_token"]:
        raise unknown_interaction()
    body = as_object(call.data)
    kind = _callback_type(body, interaction)
    now = world.clock()
    if interaction.callback is not None:
        _note_refusal(interaction, kind, 40060, now)
        raise already_acknowledged()
    if now - interaction.created > world.rules.first_response:
        _note_refusal(interaction, kind, 10062, now)
        raise unknown_interaction()
    data = body.get("data") or {}
    _CARRY_OUT[kind](call, interaction, as_object(data))
    interaction.callback = kind
    interaction.acked = now
    interaction.deferred = kind in (CallbackType.DEFERRED_MESSAGE, CallbackType.DEFERRED_UPDATE)
    if not interaction.deferred:
        interaction.first_response = now
    world.changed(InteractionAnswered(interaction))
    return _described(call, interaction) if call.asks("with_response") else NO_CONTENT


def _callback_type(body: dict[str, Any], interaction: Interaction) -> CallbackType:
    errors = FieldErrors()
    if not rules.choice(errors, body.get("type"), ("type",), among=[int(one) for one in CallbackType]):
        errors.raise_any()
    kind = CallbackType(body["type"])
    if kind not in _ALLOWED[interaction.type]:
        message = f"Interaction of type {int(interaction.type)} cannot be answered with type {int(kind)}."
        errors.add(("type",), "INTERACTION_CALLBACK_TYPE_INVALID", message)
        errors.raise_any()
    return kind


def _note_refusal(interaction: Interaction, kind: CallbackType, code: int, now: float) -> None:
    refusal = {"type": int(kind), "code": code, "after_ms": round((now - interaction.sent) * 1000, 1)}
    interaction.refused.append(refusal)


def _send(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    draft = check_message(data, at=("data",))
    refuse_empty(draft, files=len(call.files))
    message = post_message(call.world, interaction.channel_id, draft, call.files, interaction=interaction)
    interaction.original_id, interaction.ephemeral = message.id, message.ephemeral


def _defer(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    ephemeral = check_message(data, at=("data",)).flags & MessageFlag.EPHEMERAL
    draft = Draft(flags=int(ephemeral))
    message = post_message(
        call.world,
        interaction.channel_id,
        draft,
        [],
        interaction=interaction,
        extra_flags=int(MessageFlag.LOADING),
    )
    interaction.original_id, interaction.ephemeral = message.id, message.ephemeral


def _defer_update(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    _refuse_without_message(interaction)
    message = call.world.messages.get(interaction.message_id or "")
    interaction.original_id = interaction.message_id
    interaction.ephemeral = message.ephemeral if message else None


def _update(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    _refuse_without_message(interaction)
    message = call.world.messages.get(interaction.message_id or "")
    if message is None:
        raise DiscordError(404, 10008, "Unknown Message")
    was_v2 = bool(message.flags & MessageFlag.COMPONENTS_V2)
    draft = check_message(data, at=("data",), was_v2=was_v2)
    edit_message(call.world, message, draft, call.files)
    interaction.original_id, interaction.ephemeral = message.id, message.ephemeral


def _refuse_without_message(interaction: Interaction) -> None:
    """A modal that came from a slash command has no message to update."""
    if interaction.message_id is None:
        errors = FieldErrors()
        message = "There is no message to update."
        errors.add(("type",), "INTERACTION_CALLBACK_TYPE_INVALID", message)
        errors.raise_any()


def _choices(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    focused = _focused(interaction.payload["data"].get("options", []))
    interaction.choices = check_choices(data, 3 if focused is None else int(focused["type"]))


def _focused(options: list[dict[str, Any]]) -> dict[str, Any] | None:
    for option in options:
        if option.get("focused"):
            return option
        inner = _focused(option.get("options", []))
        if inner is not None:
            return inner
    return None


def _modal(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    interaction.modal = check_modal(data)
    call.world.interactions.modal_opened(interaction, interaction.modal["custom_id"])


_CARRY_OUT: dict[CallbackType, Callable[[Call, Interaction, dict[str, Any]], None]] = {
    CallbackType.MESSAGE: _send,
    CallbackType.DEFERRED_MESSAGE: _defer,
    CallbackType.DEFERRED_UPDATE: _defer_update,
    CallbackType.UPDATE_MESSAGE: _update,
    CallbackType.CHOICES: _choices,
    CallbackType.MODAL: _modal,
}


def _described(call: Call, interaction: Interaction) -> Answer:
    """What ?with_response=true asks for: the interaction and the message it made or changed."""
    described: dict[str, Any] = {
        "id": interaction.id,
        "type": int(interaction.type),
        "channel_id": interaction.channel_id,
        "guild_id": interaction.guild_id,
    }
    data: dict[str, Any] = {"interaction": described}
    message = call.world.messages.get(interaction.original_id or "")
    if message is not None:
        described |= {
            "response_message_id": message.id,
            "response_message_loading": message.loading,
            "response_message_ephemeral": message.ephemeral,
        }
        if interaction.callback in (CallbackType.MESSAGE, CallbackType.UPDATE_MESSAGE):
            data["resource"] = {
                "type": int(interaction.callback),
                "message": message_payload(message, call.world.application_id),
            }
    return Answer(data=data)


ROUTES = [
    Route(
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        callback,
        needs_token=False,
        counts_globally=False,
    )
]
