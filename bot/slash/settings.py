"""Slash commands for a guild's settings, shown by Discord to members who may manage the server."""

from __future__ import annotations

from typing import Any, cast

from bot.sentences import Text
from bot.slash import spanish
from bot.slash.command import Given, Option, OptionType, SlashCommand
from project.wire.desk import (
    BLOCKED_LENGTH,
    BLOCKLIST_MAX,
    BLOCKLIST_PAGE,
    RANGES,
    SETTINGS,
    AllowSource,
    BlockKind,
    ChangeSettings,
    EditBlocklist,
    ShowBlocklist,
    ShowSettings,
    Source,
)

MANAGE_GUILD = 1 << 5
TEXT_CHANNELS = (0, 5)
"""Text and announcement channels (docs: Channel Types)."""
EVERYONES_OWN = "auto"
BLOCKED_SENT = 500
"""Longest text that is sent on; what is too long for the blocklist is refused there, after it was brought into form."""

_PAGES = -(-BLOCKLIST_MAX // BLOCKLIST_PAGE)
_VOLUME, _SECONDS, _TRACKS, _SHARE, _DAYS = (
    RANGES[name]
    for name in ("default_volume", "leave_after_s", "max_tracks_per_member", "voteskip_percent", "history_days")
)

DESCRIPTIONS = {
    "dj_role_id": Text("Who has this role controls the music", "Quien tiene este rol controla la música"),
    "dj_only": Text("Only DJs control the music and add to it", "Solo los DJ controlan la música y la piden"),
    "voteskip_percent": Text(
        "How many of those who listen must vote for a skip, in per cent",
        "Cuántos de los que escuchan deben votar para saltar, en por ciento",
    ),
    "max_tracks_per_member": Text(
        "How many tracks of one member may wait at once", "Cuántas pistas de un miembro pueden esperar a la vez"
    ),
    "default_volume": Text("Volume at which a new session begins", "Volumen con el que empieza una sesión nueva"),
    "leave_after_s": Text(
        "After how many minutes I leave an empty channel; 0: at once",
        "Tras cuántos minutos salgo de un canal vacío; 0: enseguida",
    ),
    "pause_when_empty": Text("Pause while nobody listens", "Pausar mientras nadie escucha"),
    "always_on": Text("Stay in the voice channel day and night", "Quedarme en el canal de voz día y noche"),
    "player_channel_id": Text(
        "Where the player message is, from the next /play or /join on",
        "Dónde está el mensaje del reproductor desde el próximo /play o /join",
    ),
    "announce_channel_id": Text(
        "Where I say what nobody asked, such as a track that failed",
        "Dónde digo lo que nadie preguntó, como una pista que falló",
    ),
    "history_days": Text(
        "For how many days /history remembers what was played; 0: not at all",
        "Cuántos días recuerda /history lo que sonó; 0: nada",
    ),
    "language": Text("The language I speak here", "El idioma que hablo aquí"),
    "ephemeral": Text("Show answers only to the member who asked", "Mostrar respuestas solo a quien pregunta"),
}


def _option(setting: str, kind: OptionType, **more: Any) -> Option:
    return Option(SETTINGS[setting], DESCRIPTIONS[setting], kind, **more)


SET_OPTIONS = (
    _option("dj_role_id", OptionType.ROLE),
    _option("dj_only", OptionType.BOOLEAN),
    _option("voteskip_percent", OptionType.INTEGER, low=_SHARE[0], high=_SHARE[1]),
    _option("max_tracks_per_member", OptionType.INTEGER, low=_TRACKS[0], high=_TRACKS[1]),
    _option("default_volume", OptionType.INTEGER, low=_VOLUME[0], high=_VOLUME[1]),
    _option("leave_after_s", OptionType.INTEGER, low=_SECONDS[0] // 60, high=_SECONDS[1] // 60),
    _option("pause_when_empty", OptionType.BOOLEAN),
    _option("always_on", OptionType.BOOLEAN),
    _option("player_channel_id", OptionType.CHANNEL, channel_types=TEXT_CHANNELS),
    _option("announce_channel_id", OptionType.CHANNEL, channel_types=TEXT_CHANNELS),
    _option("history_days", OptionType.INTEGER, low=_DAYS[0], high=_DAYS[1]),
    _option(
        "language",
        OptionType.STRING,
        choices={
            "en": Text("English", "Inglés"),
            "es": Text("Spanish", "Español"),
            EVERYONES_OWN: Text("Each member's own", "El de cada miembro"),
        },
    ),
    _option("ephemeral", OptionType.BOOLEAN),
)

SOURCE_CHOICES = {
    "youtube": Text("YouTube", "YouTube"),
    "soundcloud": Text("SoundCloud", "SoundCloud"),
    "bandcamp": Text("Bandcamp", "Bandcamp"),
    "vimeo": Text("Vimeo", "Vimeo"),
    "twitch": Text("Twitch", "Twitch"),
    "spotify": Text("Spotify", "Spotify"),
    "deezer": Text("Deezer", "Deezer"),
    "applemusic": Text("Apple Music", "Apple Music"),
    "http": Text("Web addresses", "Direcciones web"),
}
KIND_CHOICES = {
    "word": Text("Word in a title", "Palabra de un título"),
    "url": Text("Address", "Dirección"),
    "artist": Text("Artist", "Artista"),
}


def _set(given: Given) -> ChangeSettings:
    changes: dict[str, Any] = {setting: given[name] for setting, name in SETTINGS.items() if name in given}
    if "leave_after_s" in changes:
        changes["leave_after_s"] *= 60
    if changes.get("language") == EVERYONES_OWN:
        changes["language"] = None
    return ChangeSettings(**changes)


def _reset(given: Given) -> ChangeSettings:
    wanted: dict[str, Any] = {setting: None for setting, name in SETTINGS.items() if name == given["setting"]}
    return ChangeSettings(**wanted)


def _source(given: Given) -> AllowSource:
    return AllowSource(source=cast(Source, given["source"]), allowed=bool(given["allowed"]))


def _block(given: Given) -> EditBlocklist:
    return EditBlocklist(action="add", kind=cast(BlockKind, given["kind"]), text=str(given["text"]))


def _unblock(given: Given) -> EditBlocklist:
    return EditBlocklist(action="remove", kind=cast(BlockKind, given["kind"]), text=str(given["text"]))


_BLOCKLIST_OPTIONS = (
    Option("kind", Text("What it is", "Qué es"), required=True, choices=KIND_CHOICES),
    Option("text", Text("The text", "El texto"), required=True, low=BLOCKED_LENGTH[0], high=BLOCKED_SENT),
)

COMMANDS = (
    SlashCommand(
        "settings",
        Text("Settings of this server", "Ajustes de este servidor"),
        permissions=MANAGE_GUILD,
        parts=(
            SlashCommand(
                "show",
                Text("Show all settings", "Muestra todos los ajustes"),
                lambda _given: ShowSettings(),
                defers="ephemeral",
            ),
            SlashCommand(
                "set", Text("Change settings", "Cambia ajustes"), _set, options=SET_OPTIONS, defers="ephemeral"
            ),
            SlashCommand(
                "reset",
                Text("Put a setting back to its default", "Devuelve un ajuste a su valor inicial"),
                _reset,
                options=(
                    Option(
                        "setting",
                        Text("Which one", "Cuál"),
                        required=True,
                        choices={name: Text(name, spanish.OPTIONS[name]) for name in SETTINGS.values()},
                    ),
                ),
                defers="ephemeral",
            ),
            SlashCommand(
                "source",
                Text("Allow or forbid a source of tracks", "Permite o prohíbe una fuente de pistas"),
                _source,
                options=(
                    Option("source", Text("Which one", "Cuál"), required=True, choices=SOURCE_CHOICES),
                    Option(
                        "allowed",
                        Text("Whether its tracks may be queued", "Si sus pistas pueden ponerse en la cola"),
                        OptionType.BOOLEAN,
                        required=True,
                    ),
                ),
                defers="ephemeral",
            ),
            SlashCommand(
                "blocklist",
                Text("What may not be played here", "Lo que no puede sonar aquí"),
                parts=(
                    SlashCommand(
                        "add",
                        Text(
                            "Block a word, an address or an artist", "Bloquea una palabra, una dirección o un artista"
                        ),
                        _block,
                        options=_BLOCKLIST_OPTIONS,
                        defers="ephemeral",
                    ),
                    SlashCommand(
                        "show",
                        Text("Show what is blocked", "Muestra lo que está bloqueado"),
                        lambda given: ShowBlocklist(page=int(given.get("page", 1))),
                        options=(Option("page", Text("Page", "Página"), OptionType.INTEGER, low=1, high=_PAGES),),
                        defers="ephemeral",
                    ),
                    SlashCommand(
                        "remove",
                        Text("Take something off the blocklist", "Quita algo de la lista de bloqueos"),
                        _unblock,
                        options=_BLOCKLIST_OPTIONS,
                        defers="ephemeral",
                    ),
                ),
            ),
        ),
    ),
)
