"""Slash commands about how the music sounds."""

from __future__ import annotations

from bot.sentences import Text
from bot.slash.command import SlashCommand
from bot.slash.options import Option, OptionType
from project.wire.messages import SetFilters, SetVolume

LOUDEST = 200
"""Per cent; the guild's plan may allow less."""

PRESETS = {
    "bassboost": Text("bass boost", "más graves"),
    "nightcore": Text("nightcore", "nightcore"),
    "vaporwave": Text("vaporwave", "vaporwave"),
    "karaoke": Text("karaoke", "karaoke"),
    "8d": Text("8D", "8D"),
    "tremolo": Text("tremolo", "trémolo"),
    "vibrato": Text("vibrato", "vibrato"),
    "lowpass": Text("low-pass", "paso bajo"),
    "soft": Text("soft", "suave"),
    "clarity": Text("clarity", "claridad"),
    "off": Text("off: no filters", "ninguno: sin filtros"),
}
"""What /filter and the player message's menu offer; the last takes all others off."""

COMMANDS = (
    SlashCommand(
        "volume",
        Text("Set the volume", "Ajusta el volumen"),
        lambda given: SetVolume(level=int(given["level"])),
        options=(
            Option(
                "level",
                Text("Per cent, 100 is as recorded", "Por ciento, 100 es como se grabó"),
                type=OptionType.INTEGER,
                required=True,
                low=0,
                high=LOUDEST,
            ),
        ),
    ),
    SlashCommand(
        "filter",
        Text("Switch a filter on or off", "Activa o desactiva un filtro"),
        lambda given: SetFilters(preset=str(given["preset"])),
        options=(Option("preset", Text("Which one", "Cuál"), required=True, choices=PRESETS),),
    ),
)
