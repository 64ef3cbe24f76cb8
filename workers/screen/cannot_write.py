"""What the bot may not write, and which permissions it lacks, as Discord calls them in the reader's language."""

from __future__ import annotations

from project.wire.events import WRITING
from workers.player.outcomes import CannotWrite
from workers.screen.language import Language


def cannot_write_sentence(words: CannotWrite, language: Language) -> str:
    """With the way out."""
    names = [language.say(f"permission.{name}") for name in words.missing if name in WRITING]
    channel, key = f"<#{words.channel_id}>", f"cannot_write.{words.what}"
    if not names:
        return language.say(f"{key}.unknown", channel=channel)
    return language.say(key, channel=channel, missing=", ".join(names))
