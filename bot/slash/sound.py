"""Slash commands about how the music sounds."""

from __future__ import annotations

from bot.sentences import Text
from bot.slash.command import SlashCommand
from bot.slash.options import Option, OptionType
from project.wire.messages import SetFilters, SetVolume
from project.wire.tuning import BANDS, SetEqualizer, SetPitch, SetSpeed

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

GAINS = (-25, 100)
FACTORS = (50, 200)
"""Lowest and highest per cent of a band, and of speed and pitch."""


def _per_cent(name: str, description: Text, bounds: tuple[int, int]) -> Option:
    low, high = bounds
    return Option(name, description, type=OptionType.INTEGER, required=True, low=low, high=high)


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
    SlashCommand(
        "equalizer",
        Text("Raise or lower a part of the sound", "Sube o baja una parte del sonido"),
        lambda given: SetEqualizer(band=int(given["band"]), gain=int(given["gain"])),
        options=(
            Option(
                "band",
                Text("Around which tone", "Alrededor de qué tono"),
                required=True,
                choices={str(number): Text(name, name) for number, name in enumerate(BANDS, start=1)},
            ),
            _per_cent("gain", Text("Per cent: -25 mutes it, 0 is as recorded", "Por ciento: -25 la silencia"), GAINS),
        ),
    ),
    SlashCommand(
        "speed",
        Text("Play faster or slower", "Reproduce más rápido o más lento"),
        lambda given: SetSpeed(percent=int(given["percent"])),
        options=(_per_cent("percent", Text("100 is as recorded", "100 es como se grabó"), FACTORS),),
    ),
    SlashCommand(
        "pitch",
        Text("Play higher or lower", "Reproduce más agudo o más grave"),
        lambda given: SetPitch(percent=int(given["percent"])),
        options=(_per_cent("percent", Text("100 is as recorded", "100 es como se grabó"), FACTORS),),
    ),
)
