"""Slash commands that steer the current track."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from bot.sentences import Text
from bot.slash.command import SlashCommand
from bot.slash.options import Given, Option, OptionType
from bot.slash.positions import LAST_POSITION, LONGEST_SECONDS, moment
from project.wire.orders import Jump, LoopMode, Pause, Previous, Replay, Resume, Seek, SetLoop, Skip, Stop, VoteSkip

USUAL_SECONDS = 15
"""How far /forward and /rewind go unless told otherwise; as far as the buttons."""

SECONDS = Option(
    "seconds",
    Text("How many seconds, 15 unless you say", "Cuántos segundos, 15 si no lo dices"),
    type=OptionType.INTEGER,
    low=1,
    high=LONGEST_SECONDS,
)


def _seek(given: Given) -> Seek:
    to_ms, by_ms = moment(str(given["position"]))
    return Seek(to_ms=to_ms, by_ms=by_ms)


def _by(sign: int) -> Callable[[Given], Seek]:
    return lambda given: Seek(by_ms=sign * int(given.get("seconds", USUAL_SECONDS)) * 1000)


COMMANDS = (
    SlashCommand("pause", Text("Pause the music", "Pausa la música"), lambda _given: Pause()),
    SlashCommand("resume", Text("Go on with the music", "Continúa la música"), lambda _given: Resume()),
    SlashCommand(
        "skip",
        Text("Skip the current track", "Salta la pista actual"),
        lambda given: Jump(position=int(given["to"])) if "to" in given else Skip(),
        options=(
            Option(
                "to",
                Text("The position in the queue to go on with", "La posición de la cola con la que continuar"),
                type=OptionType.INTEGER,
                low=1,
                high=LAST_POSITION,
            ),
        ),
    ),
    SlashCommand(
        "voteskip",
        Text("Vote to skip the current track", "Vota para saltar la pista actual"),
        lambda _given: VoteSkip(),
    ),
    SlashCommand(
        "previous", Text("Play the track before once more", "Vuelve a la pista anterior"), lambda _given: Previous()
    ),
    SlashCommand(
        "replay",
        Text("Play the current track from its beginning", "Repite la pista actual desde el principio"),
        lambda _given: Replay(),
    ),
    SlashCommand("stop", Text("Clear the queue and leave", "Vacía la cola y sal"), lambda _given: Stop()),
    SlashCommand(
        "seek",
        Text("Go to a position in the current track", "Ve a una posición de la pista actual"),
        _seek,
        options=(
            Option(
                "position",
                Text("Like 1:23, 83, +30 or -15", "Por ejemplo 1:23, 83, +30 o -15"),
                required=True,
                low=1,
                high=20,
            ),
        ),
    ),
    SlashCommand("forward", Text("Go forward in the current track", "Avanza en la pista actual"), _by(1), (SECONDS,)),
    SlashCommand("rewind", Text("Go back in the current track", "Retrocede en la pista actual"), _by(-1), (SECONDS,)),
    SlashCommand(
        "loop",
        Text("Repeat the track or the queue", "Repite la pista o la cola"),
        lambda given: SetLoop(mode=cast(LoopMode, given["mode"])),
        options=(
            Option(
                "mode",
                Text("What is repeated", "Qué se repite"),
                required=True,
                choices={
                    "off": Text("nothing", "nada"),
                    "track": Text("the track", "la pista"),
                    "queue": Text("the queue", "la cola"),
                },
            ),
        ),
    ),
)
