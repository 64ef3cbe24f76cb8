"""The buttons under the player message: stateless custom ids, so that they work after any restart.

`segue:<action>:<guild>[:<target>]` is a contract with the gateway, which reads it (Discord's limit: 100 characters).
"""

from __future__ import annotations

from typing import Any

from workers.player.filters import OFF, PRESETS
from workers.player.outcomes import PlayerShown
from workers.screen.language import Language

ACTION_ROW, BUTTON, STRING_SELECT = 1, 2, 3
"""Discord component types."""
PRIMARY, SECONDARY, DANGER = 1, 2, 4
"""Discord button styles."""
SHUFFLE_MIN = 2


def custom_id(action: str, guild_id: int, target: int | None = None) -> str:
    """The id by which the gateway knows what a button means."""
    return f"segue:{action}:{guild_id}" if target is None else f"segue:{action}:{guild_id}:{target}"


def player_buttons(shown: PlayerShown, language: Language) -> list[dict[str, Any]]:
    """Rows of buttons. Those that would do nothing are disabled, or missing while nothing plays."""
    current = shown.current
    if current is None or shown.stopped_by is not None:
        return [row(*_quiet(shown, language))]
    guild, fixed = shown.guild_id, current.track.is_stream or not current.track.is_seekable
    hold = ("resume", "▶️", PRIMARY) if shown.paused else ("pause", "⏸️", SECONDARY)
    return [
        row(
            button(custom_id("previous", guild), "⏮️", disabled=not shown.has_previous),
            button(custom_id("back", guild), "⏪", disabled=fixed),
            button(custom_id(hold[0], guild), hold[1], style=hold[2]),
            button(custom_id("forward", guild), "⏩", disabled=fixed),
            button(custom_id("skip", guild, current.id), "⏭️"),
        ),
        row(
            button(custom_id("shuffle", guild), "🔀", disabled=shown.waiting < SHUFFLE_MIN),
            button(
                custom_id("loop", guild),
                "🔂" if shown.loop == "track" else "🔁",
                style=SECONDARY if shown.loop == "off" else PRIMARY,
            ),
            button(custom_id("quieter", guild), "🔉", disabled=shown.volume <= 0),
            button(custom_id("louder", guild), "🔊", disabled=shown.volume >= shown.volume_cap),
            button(custom_id("stop", guild), "⏹️", style=DANGER),
        ),
        row(
            button(custom_id("queue", guild, 1), "📜", label=language.say("player.queue")),
            button(custom_id("favourite", guild, current.id), "❤️"),
            button(custom_id("lyrics", guild), "🎤"),
            button(custom_id("autoplay", guild), "♾️", style=SECONDARY if shown.autoplay == "off" else PRIMARY),
            _add(shown, language),
        ),
        row(_filters(shown, language)),
    ]


def _quiet(shown: PlayerShown, language: Language) -> list[dict[str, Any]]:
    """The ways out of silence."""
    kept = []
    if shown.stopped_by is not None and shown.kept:
        kept = [
            button(custom_id("resume", shown.guild_id), "▶️", style=PRIMARY),
            button(custom_id("queue", shown.guild_id, 1), "📜", label=language.say("player.queue")),
        ]
    return [*kept, _add(shown, language)]


def _add(shown: PlayerShown, language: Language) -> dict[str, Any]:
    """Opens a form, which is the gateway's."""
    return button(custom_id("add", shown.guild_id), "➕", label=language.say("player.add"))


def row(*components: dict[str, Any]) -> dict[str, Any]:
    """What stands side by side."""
    return {"type": ACTION_ROW, "components": list(components)}


def button(
    identity: str, emoji: str, *, label: str = "", style: int = SECONDARY, disabled: bool = False
) -> dict[str, Any]:
    """One that sends its custom id back."""
    built: dict[str, Any] = {
        "type": BUTTON,
        "style": style,
        "custom_id": identity,
        "emoji": {"name": emoji},
        "disabled": disabled,
    }
    return {**built, "label": label} if label else built


def _filters(shown: PlayerShown, language: Language) -> dict[str, Any]:
    """A menu of presets; picking one that is on switches it off. None is preselected: that could not be picked.

    What the plan lacks is locked: who picks it all the same is told which plan has it.
    """
    return {
        "type": STRING_SELECT,
        "custom_id": custom_id("filters", shown.guild_id),
        "placeholder": language.say("player.pick_filter"),
        "min_values": 1,
        "max_values": 1,
        "options": [_option(name, shown, language) for name in (*PRESETS, OFF)],
    }


def _option(name: str, shown: PlayerShown, language: Language) -> dict[str, Any]:
    option: dict[str, Any] = {"label": language.say(f"filter.{name}"), "value": name}
    if name in shown.filters:
        return {**option, "emoji": {"name": "✅"}}
    if name == OFF or shown.presets is None or name in shown.presets:
        return option
    return {**option, "emoji": {"name": "🔒"}, "description": language.say("player.filter_locked")}
