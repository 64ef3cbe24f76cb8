"""Turns a checked draft into a message in the world, and an edit into its next state."""

from typing import Any

from simulator.discord_rest.errors import empty_message
from simulator.discord_rest.message_rules import Draft
from simulator.discord_rest.request_body import UploadedFile
from simulator.world.interactions import Interaction, InteractionType
from simulator.world.messages import Message, MessageFlag
from simulator.world.payloads import user_payload
from simulator.world.world import World

_REPLY_TO_SLASH, _REPLY_TO_CONTEXT_MENU, _PLAIN = 20, 23, 0


def post_message(
    world: World,
    channel_id: str,
    draft: Draft,
    files: list[UploadedFile],
    *,
    interaction: Interaction | None = None,
    extra_flags: int = 0,
) -> Message:
    guild_id = world.channels[channel_id].guild_id
    message = Message(
        id=world.mint.new(),
        channel_id=channel_id,
        guild_id=guild_id,
        author=world.bot,
        created=world.clock(),
        content=draft.content,
        embeds=draft.embeds,
        components=draft.components,
        attachments=_store_files(world, channel_id, files),
        flags=draft.flags | extra_flags,
        type=_message_type(interaction),
        nonce=draft.nonce,
        tts=draft.tts,
        interaction_metadata=_metadata(world, interaction) if interaction else None,
    )
    world.post(message)
    return message


def edit_message(
    world: World, message: Message, draft: Draft, files: list[UploadedFile], *, components_count: bool = False
) -> Message:
    """Only the parts given change; a loading answer stops loading, its visibility stays.

    Raises 50006 when nothing visible would be left; `components_count` says whether buttons are enough.
    """
    changes = draft.changes()
    if draft.kept_attachments is not None or files:
        kept = message.attachments
        if draft.kept_attachments is not None:
            kept = [one for one in kept if one["id"] in draft.kept_attachments]
        changes["attachments"] = kept + _store_files(world, message.channel_id, files)
    flags = message.flags & ~MessageFlag.LOADING
    if "flags" in draft.given:
        mutable = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2
        flags = flags & ~MessageFlag.SUPPRESS_EMBEDS | draft.flags & mutable
    _refuse_emptied(message, changes, int(flags), components_count=components_count)
    return world.edit(message, flags=int(flags), **changes)


def _refuse_emptied(message: Message, changes: dict[str, Any], flags: int, *, components_count: bool) -> None:
    if flags & MessageFlag.COMPONENTS_V2:
        return
    parts = ("content", "embeds", "attachments", *(("components",) if components_count else ()))
    left = [changes.get(part, getattr(message, part)) for part in parts]
    if not any(left):
        raise empty_message()


def _store_files(world: World, channel_id: str, files: list[UploadedFile]) -> list[dict[str, Any]]:
    return [
        world.attachments.keep(
            attachment_id=world.mint.new(),
            channel_id=channel_id,
            filename=one.filename,
            content=one.content,
            content_type=one.content_type,
        )
        for one in files
    ]


def _message_type(interaction: Interaction | None) -> int:
    if interaction is None or interaction.type is not InteractionType.COMMAND:
        return _PLAIN
    return _REPLY_TO_SLASH if interaction.command_type == 1 else _REPLY_TO_CONTEXT_MENU


def _metadata(world: World, interaction: Interaction) -> dict[str, Any]:
    member = world.guilds[interaction.guild_id].members[interaction.user_id]
    metadata: dict[str, Any] = {
        "id": interaction.id,
        "type": int(interaction.type),
        "user": user_payload(member.user),
        "authorizing_integration_owners": {"0": interaction.guild_id},
    }
    if interaction.type is InteractionType.COMPONENT:
        metadata["interacted_message_id"] = interaction.message_id or "0"
    elif interaction.type is InteractionType.MODAL:
        metadata["triggering_interaction_metadata"] = {**metadata, "type": int(InteractionType.COMMAND)}
    return metadata
