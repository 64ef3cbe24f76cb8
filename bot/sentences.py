"""What the gateway itself says to members, in English and Spanish; everything else is worded by the workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in every language we ship."""

    en: str
    es: str

    def of(self, locale: str) -> str:
        """The sentence for a Discord locale such as `es-419`; English for those we do not ship."""
        return self.es if locale.partition("-")[0] == "es" else self.en

    def localizations(self) -> dict[str, str]:
        """Discord's localization dictionary: what differs from the English default."""
        return {"es-ES": self.es, "es-419": self.es}


ONLY_IN_SERVERS = Text(
    "I play music in servers only: use this command in a server's text channel.",
    "Solo pongo música en servidores: usa este comando en un canal de texto de un servidor.",
)
NOT_IN_SERVER = Text(
    "I am no longer in this server. Invite me again to hear music.",
    "Ya no estoy en este servidor. Invítame de nuevo para escuchar música.",
)
TRY_AGAIN = Text(
    "I could not take that command just now, and nothing was changed. Please try again in a moment.",
    "No pude aceptar ese comando ahora mismo y nada ha cambiado. Inténtalo de nuevo en un momento.",
)
STILL_WORKING = Text(
    "I have your command, but the player has not answered yet. I will tell you here as soon as it does.",
    "Tengo tu comando, pero el reproductor aún no ha respondido. Te lo diré aquí en cuanto lo haga.",
)
SLOW_DOWN = Text(
    "Slow down: this server sent more than 10 commands within 5 seconds. Please wait a moment.",
    "Más despacio: este servidor envió más de 10 comandos en 5 segundos. Espera un momento.",
)
UNKNOWN_COMMAND = Text(
    "I do not know this command any more. Type / to see what I can do.",
    "Ya no conozco este comando. Escribe / para ver lo que puedo hacer.",
)
UNKNOWN_BUTTON = Text(
    "This button is from an older version of me and does nothing any more. Use the command instead.",
    "Este botón es de una versión anterior y ya no hace nada. Usa el comando en su lugar.",
)
FOREIGN_BUTTON = Text(
    "This button belongs to another server's player. Use the player message of this server.",
    "Este botón pertenece al reproductor de otro servidor. Usa el mensaje del reproductor de este servidor.",
)
NOT_A_TIME = Text(
    "I do not understand that position. Write it like `1:23`, `83` (seconds), `+30` or `-15`.",
    "No entiendo esa posición. Escríbela como `1:23`, `83` (segundos), `+30` o `-15`.",
)
NOT_A_RANGE = Text(
    "I do not understand which tracks you mean. Write a position like `4`, a range like `3-7`, or `mine`.",
    "No entiendo qué pistas quieres decir. Escribe una posición como `4`, un rango como `3-7` o `mías`.",
)
CANNOT_SHOW = Text(
    "Your command was carried out, but Discord did not accept the way I wanted to show it.",
    "Tu comando se ejecutó, pero Discord no aceptó la forma en que quería mostrarlo.",
)


NOT_AN_ATTACHMENT = Text(
    "I only read files that are attached to a message here. Attach the file and try again.",
    "Solo leo archivos adjuntos a un mensaje aquí. Adjunta el archivo e inténtalo de nuevo.",
)
FILE_TOO_LARGE = Text(
    "That file is too large: at most 256 KiB of text, please.",
    "Ese archivo es demasiado grande: como máximo 256 KiB de texto, por favor.",
)
FILE_NOT_FETCHED = Text(
    "I could not read that file at Discord just now, and nothing was changed. Please try again in a moment.",
    "No pude leer ese archivo en Discord ahora mismo y nada ha cambiado. Inténtalo de nuevo en un momento.",
)
FILE_NOT_TEXT = Text(
    "That file is not text. Attach a text file with an address or search words on each line.",
    "Ese archivo no es texto. Adjunta un archivo de texto con una dirección o palabras de búsqueda en cada línea.",
)
NOTHING_TO_IMPORT = Text(
    "There is nothing to import. Give me a text or a file with an address or search words on each line.",
    "No hay nada que importar. Dame un texto o un archivo con una dirección o palabras de búsqueda en cada línea.",
)
NOTHING_IN_MESSAGE = Text(
    "I find nothing to play in that message: no link and no sound file. Use `/play` with search words.",
    "No encuentro nada que reproducir en ese mensaje: ni enlace ni archivo de sonido. Usa `/play` con palabras.",
)
NO_SUCH_COMMAND = Text(
    "There is no such command. `/help` lists all of them.",
    "No hay tal comando. `/help` los enumera todos.",
)


PERMISSIONS = {
    "view_channel": Text("View Channel", "Ver canal"),
    "send_messages": Text("Send Messages", "Enviar mensajes"),
    "embed_links": Text("Embed Links", "Insertar enlaces"),
}
"""As Discord calls them."""


def may_not_write(channel_id: int, missing: Sequence[str]) -> Text:
    """A channel that was picked for what I write."""
    en, es = ([PERMISSIONS[name].of(locale) for name in missing] for locale in ("en", "es"))
    return Text(
        f"I may not write in <#{channel_id}>, so nothing was changed. What I lack there: {', '.join(en)}. "
        "Grant it and try again, or pick another channel.",
        f"No puedo escribir en <#{channel_id}>, así que nada ha cambiado. Lo que me falta allí: {', '.join(es)}. "
        "Concédelo e inténtalo de nuevo, o elige otro canal.",
    )


def too_long(option: str, limit: int) -> Text:
    """An option that is longer than it may be."""
    return Text(
        f"`{option}` is too long: at most {limit} characters, please.",
        f"`{option}` es demasiado largo: como máximo {limit} caracteres, por favor.",
    )


def missing(option: str) -> Text:
    """A required option that did not come, or has the wrong form."""
    return Text(
        f"`{option}` is missing or not valid. Fill it in and try again.",
        f"`{option}` falta o no es válido. Rellénalo e inténtalo de nuevo.",
    )


def out_of_range(option: str, low: int, high: int) -> Text:
    """A number outside its limits."""
    return Text(f"`{option}` must be between {low} and {high}.", f"`{option}` debe estar entre {low} y {high}.")
