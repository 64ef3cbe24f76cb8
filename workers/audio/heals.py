"""Counts what is done to be heard again, by how far it reaches (DESIGN §4, audio truth)."""

from __future__ import annotations

from collections.abc import Iterable

from workers.audio.counted import HEALS
from workers.audio.happened import count_happened
from workers.player.effects import ConnectVoice, Effect, MoveNode, MoveTo, StartTrack
from workers.player.facts import Unheard, VoiceClosed, VoiceCredentialsMissing, Woken

_RUNGS: dict[type[Effect], str] = {
    ConnectVoice: "resend voice",
    MoveTo: "rejoin",
    MoveNode: "move node",
    StartTrack: "next track",
}


def count_heals(letter: object, effects: Iterable[Effect]) -> None:
    """Note what a player does about silence or a voice connection that broke."""
    count_happened(letter)
    if isinstance(letter, Unheard | VoiceClosed | VoiceCredentialsMissing | Woken):
        for rung in {_RUNGS[type(effect)] for effect in effects if type(effect) in _RUNGS}:
            HEALS.labels(rung).inc()
