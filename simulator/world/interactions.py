"""Interactions and what the bot did about each: the facts that tests and people judge the bot by."""

from collections import OrderedDict
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

_KEPT = 10_000
_KEPT_MODALS = 1_000


class InteractionType(IntEnum):
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class CallbackType(IntEnum):
    """The interaction callback types a bot may send."""

    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE_MESSAGE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(slots=True)
class Interaction:
    """`created` is the time in its id, `sent` the time it went to the gateway; both Unix seconds."""

    id: str
    token: str
    type: InteractionType
    guild_id: str
    channel_id: str
    user_id: str
    payload: dict[str, Any]
    created: float
    sent: float
    command_type: int | None = None
    message_id: str | None = None
    """For a component or a modal opened from one: the message it sits on."""

    callback: CallbackType | None = None
    acked: float | None = None
    first_response: float | None = None
    deferred: bool | None = None
    ephemeral: bool | None = None
    original_id: str | None = None
    """The message that @original means."""
    original_deleted: bool = False
    choices: list[dict[str, Any]] | None = None
    modal: dict[str, Any] | None = None
    edits: list[dict[str, Any]] = field(default_factory=list)
    followup_ids: list[str] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    """Callbacks that came too late or twice."""


class InteractionStore:
    """By id and by token; the oldest are forgotten beyond 10 000."""

    def __init__(self) -> None:
        self._by_id: OrderedDict[str, Interaction] = OrderedDict()
        self._by_token: dict[str, Interaction] = {}
        self._modals: OrderedDict[tuple[str, str], Interaction] = OrderedDict()

    def add(self, interaction: Interaction) -> None:
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        if len(self._by_id) > _KEPT:
            _, oldest = self._by_id.popitem(last=False)
            self._by_token.pop(oldest.token, None)

    def get(self, interaction_id: str) -> Interaction | None:
        return self._by_id.get(interaction_id)

    def of_token(self, token: str) -> Interaction | None:
        return self._by_token.get(token)

    def modal_opened(self, interaction: Interaction, custom_id: str) -> None:
        self._modals[interaction.user_id, custom_id] = interaction
        if len(self._modals) > _KEPT_MODALS:
            self._modals.popitem(last=False)

    def modal_of(self, user_id: str, custom_id: str) -> Interaction | None:
        """The interaction whose answer opened that form for that member."""
        return self._modals.get((user_id, custom_id))
