"""What members can do with a message from its menu: play what is in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.cdn import Cdn
from bot.interaction import MESSAGE_COMMAND, Target
from bot.sentences import NOTHING_IN_MESSAGE, Text
from bot.slash.command import GUILD_CONTEXT, GUILD_INSTALL
from bot.slash.options import Refused
from bot.slash.play import QUERY_LENGTH
from project.wire.messages import Order, Play

_LINK = re.compile(r"https?://[^\s<>|\"]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MessageCommand:
    """One entry of a message's menu (docs: Message Commands); it has a name and nothing else."""

    name: Text
    order: Callable[[Target, Cdn], Order]
    """Raises Refused."""

    def registration(self) -> dict[str, Any]:
        """As Discord wants it: servers only, for a bot that servers install."""
        return {
            "type": MESSAGE_COMMAND,
            "name": self.name.en,
            "name_localizations": self.name.localizations(),
            "default_member_permissions": None,
            "contexts": [GUILD_CONTEXT],
            "integration_types": [GUILD_INSTALL],
        }


def play_this(target: Target, cdn: Cdn) -> Play:
    """The first link, else the first sound file; a file only from where Discord keeps what was uploaded."""
    link = _LINK.search(target.content)
    if link is not None:
        return Play(query=_without_sentence_end(link[0])[:QUERY_LENGTH])
    sound = next((file for file in target.attachments if file.is_sound and cdn.holds(file)), None)
    if sound is None:
        raise Refused(NOTHING_IN_MESSAGE)
    return Play(query=sound.url)


def _without_sentence_end(link: str) -> str:
    """Marks that end a sentence or a bracket around the link do not belong to it."""
    shorter = link.rstrip(".,;:!?'*_~")
    while shorter.endswith(")") and shorter.count(")") > shorter.count("("):
        shorter = shorter[:-1].rstrip(".,;:!?'*_~")
    return shorter


MESSAGE_COMMANDS = {
    command.name.en: command for command in (MessageCommand(Text("Play this", "Reproducir esto"), play_this),)
}
"""By the name that Discord sends, which is the English one (docs: Localization)."""
