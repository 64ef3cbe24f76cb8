"""Turning notes into sound: a few harmonics under a plucked or blown envelope, and a bass below."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.catalogue.melodies import Melody, Tone

RATE = 48_000
Sound = NDArray[np.float32]

_NOTE = re.compile(r"(\.|[A-G]#?)(\d)?:([\d.]+)")
_SEMITONES = {"C": -9, "D": -7, "E": -5, "F": -4, "G": -2, "A": 0, "B": 2}
_LOUDEST = 0.6
_TONE_LEVEL = 0.3
_RELEASE = 0.06


@dataclass(frozen=True, slots=True)
class _Voice:
    harmonics: tuple[float, ...]
    decay: float


_VOICES = (
    _Voice((1.0, 0.45, 0.2, 0.1, 0.05), decay=1.8),
    _Voice((1.0, 0.1, 0.35, 0.05, 0.15), decay=0.5),
    _Voice((1.0, 0.7, 0.4, 0.3, 0.2, 0.1), decay=3.5),
)


def notes_of(melody: Melody) -> list[tuple[float | None, float]]:
    """Return pitch in Hz (None for a rest) and length in seconds; ValueError for a misspelt tune."""
    spelled = [token for token in melody.notes.split() if token != "|"]
    notes: list[tuple[float | None, float]] = []
    for token in spelled:
        found = _NOTE.fullmatch(token)
        if found is None:
            raise ValueError(f"{melody.title}: {token!r} is no note")
        name, octave, beats = found.groups()
        notes.append((None if name == "." else _pitch(name, int(octave)), float(beats) * melody.beat))
    return notes


def _pitch(name: str, octave: int) -> float:
    semitones = _SEMITONES[name[0]] + len(name[1:]) + 12 * (octave - 4)
    return float(440.0 * 2 ** (semitones / 12))


def _note(hz: float, seconds: float, voice: _Voice) -> Sound:
    times = np.arange(round(seconds * RATE), dtype=np.float32) / RATE
    sound = np.zeros_like(times)
    for number, strength in enumerate(voice.harmonics, start=1):
        sound += strength * np.sin(np.float32(2 * np.pi * hz * number) * times)
    envelope = np.exp(-voice.decay * times) * np.minimum(times / 0.008, 1.0)
    fade = np.clip((seconds - times) / _RELEASE, 0.0, 1.0)
    shaped: Sound = (sound * envelope * fade).astype(np.float32)
    return shaped


def _verse(notes: list[tuple[float | None, float]], voice: _Voice, beat: float) -> Sound:
    """Play a tune once, ending in a rest of two beats, the bass following an octave and more below."""
    length = sum(seconds for _, seconds in notes) + 2 * beat
    verse = np.zeros(round(length * RATE) + 1, dtype=np.float32)
    start = 0.0
    for hz, seconds in notes:
        if hz is not None:
            at = round(start * RATE)
            # One note may ring into the next, but not beyond the verse.
            ringing = _note(hz, min(seconds * 1.15, length - start), voice)
            ringing[: round(seconds * RATE)] += 0.4 * _note(hz / 4, seconds, _VOICES[0])[: len(ringing)]
            verse[at : at + len(ringing)] += ringing[: len(verse) - at]
        start += seconds
    return verse


def melody_sound(melody: Melody) -> Sound:
    """Return the whole track, mono, each repeat with the next voice."""
    notes = notes_of(melody)
    voices = [_VOICES[number % len(_VOICES)] for number in range(melody.repeats)]
    verses = {voice: _verse(notes, voice, melody.beat) for voice in dict.fromkeys(voices)}
    sound = np.concatenate([verses[voice] for voice in voices])
    levelled: Sound = (sound * (_LOUDEST / np.abs(sound).max())).astype(np.float32)
    return levelled


def tone_sound(tone: Tone) -> Sound:
    """Return a sine; its ends are faded over 5 ms so that they do not click."""
    times = np.arange(round(tone.seconds * RATE)) / RATE
    sound = _TONE_LEVEL * np.sin(2 * np.pi * tone.hz * times)
    ramp = np.minimum(np.minimum(times, times[::-1]) / 0.005, 1.0)
    return (sound * ramp).astype(np.float32)
