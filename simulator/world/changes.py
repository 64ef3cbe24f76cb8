"""What somebody who looks at the world sees change: also ephemeral messages and answers, of which no gateway tells."""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.world.interactions import Interaction
from simulator.world.messages import Message


@dataclass(frozen=True, slots=True)
class MessageShown:
    """A message is there, new or changed."""

    message: Message


@dataclass(frozen=True, slots=True)
class MessageGone:
    message: Message


@dataclass(frozen=True, slots=True)
class InteractionAnswered:
    """The bot's first response to it was accepted."""

    interaction: Interaction


@dataclass(frozen=True, slots=True)
class VoiceChanged:
    """A member is in that voice channel now; None: in none."""

    guild_id: str
    user_id: str
    channel_id: str | None


@dataclass(frozen=True, slots=True)
class PlacesChanged:
    """Guilds, channels, members or roles are others than before."""


@dataclass(frozen=True, slots=True)
class CommandsChanged:
    """The bot registered other commands."""


Change = MessageShown | MessageGone | InteractionAnswered | VoiceChanged | PlacesChanged | CommandsChanged
Observer = Callable[[Change], None]
