"""What an interaction asks for: an order, one that a file completes, or what the gateway knows: a page, a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot import components, forms, sentences
from bot.attachments import Attachment
from bot.cdn import Cdn
from bot.conversation import Deferral
from bot.interaction import Interaction, InteractionType
from bot.message_menu import MESSAGE_COMMANDS
from bot.slash.command import FILE, SlashCommand
from bot.slash.options import Refused
from project.wire.messages import Order


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has to be read first, and the order that its text makes."""

    file: Attachment
    order: Callable[[str], Order]
    """Raises Refused."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the gateway shows by itself, to the member alone."""

    made: Callable[[str], dict[str, Any]]
    """By the locale."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A form that the gateway opens by itself."""

    made: Callable[[str], dict[str, Any]]
    """By the locale."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What an interaction asks for, and how it is answered."""

    wish: Order | Upload | Page | Opened
    defers: Deferral
    quiet: bool = False
    edits: bool = False
    """For both see conversation.Record."""


def understood(interaction: Interaction, guild_id: int, commands: Mapping[str, SlashCommand], cdn: Cdn) -> Understood:
    """Raises Refused."""
    if interaction.type is InteractionType.MODAL:
        return Understood(forms.sent_form(interaction.name, guild_id, interaction.fields), "update")
    if interaction.type is InteractionType.COMPONENT:
        form = forms.form_of(interaction.name, guild_id)
        if form is not None:
            return Understood(Opened(partial(form.opened, guild_id)), "ephemeral")
        wanted = components.pressed(interaction.name, guild_id, interaction.values)
        defers: Deferral = "ephemeral" if wanted.answer == "private" else "update"
        quiet, edits = wanted.answer == "screen", wanted.answer == "page"
        return Understood(wanted.order, defers, quiet=quiet, edits=edits)
    if interaction.target is not None:
        return _used_on_message(interaction, cdn)
    command = commands.get(interaction.name)
    if command is None:
        raise Refused(sentences.UNKNOWN_COMMAND)
    used = command.at(interaction.path)
    return Understood(_wish(interaction, used, commands), used.defers)


def _used_on_message(interaction: Interaction, cdn: Cdn) -> Understood:
    command = MESSAGE_COMMANDS.get(interaction.name)
    if command is None or interaction.target is None:
        raise Refused(sentences.UNKNOWN_COMMAND)
    return Understood(command.order(interaction.target, cdn), "public")


def _wish(interaction: Interaction, used: SlashCommand, commands: Mapping[str, SlashCommand]) -> Order | Upload | Page:
    if used.page is not None:
        return Page(used.page(used.checked(interaction.options), commands))
    of_file = used.order_of_file
    if of_file is None or FILE not in interaction.options:
        return used.order_of(interaction.options)
    given = used.checked(interaction.options)
    file = interaction.attachments.get(int(given[FILE]))
    if file is None:
        raise Refused(sentences.missing(FILE))
    return Upload(file, lambda text: of_file(given, text))
