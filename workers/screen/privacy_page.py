"""The messages with which a member gets at their own data."""

from __future__ import annotations

from typing import Any

from workers.screen.language import Language
from workers.screen.player_buttons import BUTTON, DANGER, custom_id, row
from workers.screen.premium_page import LINK_BUTTON
from workers.screen.privacy_endings import ExportOffered, PrivacyEnding

ERASE = "erase"
"""The button's action, see bot/components.py."""


def privacy_payload(ending: PrivacyEnding, language: Language) -> dict[str, Any]:
    """A message body without its mentions rule."""
    if isinstance(ending, ExportOffered):
        way = {"style": LINK_BUTTON, "label": language.say("privacy.export.button"), "url": ending.url}
        return _with_button(language.say("privacy.export"), way)
    way = {
        "style": DANGER,
        "label": language.say("privacy.confirm.button"),
        "custom_id": custom_id(ERASE, ending.guild_id),
    }
    return _with_button(language.say("privacy.confirm"), way)


def _with_button(content: str, button: dict[str, Any]) -> dict[str, Any]:
    answer = row({"type": BUTTON, **button})
    return {"content": content, "embeds": [], "components": [answer]}
