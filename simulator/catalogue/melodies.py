"""The tunes, all of them old enough to belong to everybody, written as notes and lengths.

A note is a name, an octave and a length in beats: "C4:1". A dot for the name is a rest. Bars are only
for the eye.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Melody:
    """One tune: `beat` in seconds, `repeats` how often it is played, each with another voice."""

    slug: str
    title: str
    artist: str
    notes: str
    beat: float
    repeats: int
    album: str = "Old Tunes, New Sines"
    album_slug: str = "old-tunes"
    container: str = "opus"


MELODIES = (
    Melody(
        "ode-to-joy",
        "Ode to Joy",
        "Ludwig van Beethoven",
        """E4:1 E4:1 F4:1 G4:1 | G4:1 F4:1 E4:1 D4:1 | C4:1 C4:1 D4:1 E4:1 | E4:1.5 D4:.5 D4:2
        E4:1 E4:1 F4:1 G4:1 | G4:1 F4:1 E4:1 D4:1 | C4:1 C4:1 D4:1 E4:1 | D4:1.5 C4:.5 C4:2
        D4:1 D4:1 E4:1 C4:1 | D4:1 E4:.5 F4:.5 E4:1 C4:1 | D4:1 E4:.5 F4:.5 E4:1 D4:1 | C4:1 D4:1 G3:2
        E4:1 E4:1 F4:1 G4:1 | G4:1 F4:1 E4:1 D4:1 | C4:1 C4:1 D4:1 E4:1 | D4:1.5 C4:.5 C4:2""",
        beat=0.5,
        repeats=5,
        album="Masters",
        album_slug="masters",
    ),
    Melody(
        "greensleeves",
        "Greensleeves",
        "Traditional English",
        """A4:1 | C5:2 D5:1 E5:1.5 F5:.5 E5:1 | D5:2 B4:1 G4:1.5 A4:.5 B4:1 | C5:2 A4:1 A4:1.5 G#4:.5 A4:1
        B4:2 G#4:1 E4:2 A4:1 | C5:2 D5:1 E5:1.5 F5:.5 E5:1 | D5:2 B4:1 G4:1.5 A4:.5 B4:1
        C5:1.5 B4:.5 A4:1 G#4:1.5 F#4:.5 G#4:1 | A4:3 A4:3 | G5:3 G5:1.5 F#5:.5 E5:1
        D5:2 B4:1 G4:1.5 A4:.5 B4:1 | C5:2 A4:1 A4:1.5 G#4:.5 A4:1 | B4:2 G#4:1 E4:3
        G5:3 G5:1.5 F#5:.5 E5:1 | D5:2 B4:1 G4:1.5 A4:.5 B4:1
        C5:1.5 B4:.5 A4:1 G#4:1.5 F#4:.5 G#4:1 | A4:3 A4:2""",
        beat=0.36,
        repeats=5,
    ),
    Melody(
        "canon-in-d",
        "Canon in D",
        "Johann Pachelbel",
        """F#5:2 E5:2 D5:2 C#5:2 | B4:2 A4:2 B4:2 C#5:2 | D5:2 C#5:2 B4:2 A4:2 | G4:2 F#4:2 G4:2 E4:2
        D4:1 F#4:1 A4:1 G4:1 F#4:1 D4:1 F#4:1 E4:1 | D4:1 B3:1 D4:1 A4:1 G4:1 B4:1 A4:1 G4:1
        F#4:1 D4:1 E4:1 C#5:1 D5:1 F#5:1 A5:1 A4:1 | B4:1 G4:1 A4:1 F#4:1 D4:1 D5:1 D5:1.5 C#5:.5
        D5:1 C#5:1 D5:1 D4:1 C#4:1 A4:1 E4:1 F#4:1 | D4:1 D5:1 C#5:1 B4:1 C#5:1 F#5:1 A5:1 B5:1
        G5:1 F#5:1 E5:1 G5:1 F#5:1 E5:1 D5:1 C#5:1 | B4:1 A4:1 G4:1 F#4:1 E4:1 G4:1 F#4:1 E4:1""",
        beat=0.55,
        repeats=3,
        album="Masters",
        album_slug="masters",
    ),
    Melody(
        "fur-elise",
        "Für Elise",
        "Ludwig van Beethoven",
        """E5:.5 D#5:.5 | E5:.5 D#5:.5 E5:.5 B4:.5 D5:.5 C5:.5 | A4:1 .:.5 C4:.5 E4:.5 A4:.5
        B4:1 .:.5 E4:.5 G#4:.5 B4:.5 | C5:1 .:.5 E4:.5 E5:.5 D#5:.5
        E5:.5 D#5:.5 E5:.5 B4:.5 D5:.5 C5:.5 | A4:1 .:.5 C4:.5 E4:.5 A4:.5 | B4:1 .:.5 E4:.5 C5:.5 B4:.5
        A4:1 .:.5 B4:.5 C5:.5 D5:.5 | E5:1.5 G4:.5 F5:.5 E5:.5 | D5:1.5 F4:.5 E5:.5 D5:.5
        C5:1.5 E4:.5 D5:.5 C5:.5 | B4:1 .:.5 E4:.5 E5:.5 .:.5 | .:.5 E5:.5 E5:.5 .:.5 .:.5 D#5:.5
        E5:.5 .:.5 .:.5 D#5:.5 E5:.5 D#5:.5 | E5:.5 D#5:.5 E5:.5 B4:.5 D5:.5 C5:.5
        A4:1 .:.5 C4:.5 E4:.5 A4:.5 | B4:1 .:.5 E4:.5 G#4:.5 B4:.5 | C5:1 .:.5 E4:.5 E5:.5 D#5:.5
        E5:.5 D#5:.5 E5:.5 B4:.5 D5:.5 C5:.5 | A4:1 .:.5 C4:.5 E4:.5 A4:.5 | B4:1 .:.5 E4:.5 C5:.5 B4:.5
        A4:3""",
        beat=0.5,
        repeats=4,
        album="Masters",
        album_slug="masters",
    ),
    Melody(
        "scarborough-fair",
        "Scarborough Fair",
        "Traditional English",
        """D4:2 D4:1 | A4:1.5 A4:.5 A4:1 | E4:1.5 F4:.5 E4:1 | D4:3 | .:1 A4:1 C5:1 | D5:2 C5:1 | A4:1 B4:1 G4:1
        A4:4 .:1 D5:1 | D5:2 D5:1 | C5:2 A4:1 | A4:1 G4:1 F4:1 | E4:1 C4:3 .:1 | D4:2 A4:1 | G4:2 F4:1
        E4:1 D4:1 C4:1 | D4:4""",
        beat=0.55,
        repeats=5,
    ),
    Melody(
        "auld-lang-syne",
        "Auld Lang Syne",
        "Robert Burns",
        """C4:1 | F4:1.5 E4:.5 F4:1 A4:1 | G4:1.5 F4:.5 G4:1 A4:1 | F4:1.5 F4:.5 A4:1 C5:1 | D5:3 D5:1
        C5:1.5 A4:.5 A4:1 F4:1 | G4:1.5 F4:.5 G4:1 A4:1 | F4:1.5 D4:.5 D4:1 C4:1 | F4:3 D5:1
        C5:1.5 A4:.5 A4:1 F4:1 | G4:1.5 F4:.5 G4:1 D5:1 | C5:1.5 A4:.5 A4:1 C5:1 | D5:3 F5:1
        C5:1.5 A4:.5 A4:1 F4:1 | G4:1.5 F4:.5 G4:1 A4:1 | F4:1.5 D4:.5 D4:1 C4:1 | F4:3""",
        beat=0.55,
        repeats=4,
        container="mp3",
    ),
    Melody(
        "la-cucaracha",
        "La Cucaracha",
        "Tradicional",
        """C4:.5 C4:.5 C4:.5 | F4:1.5 A4:1 C4:.5 C4:.5 C4:.5 | F4:1.5 A4:2 .:.5 | F4:1 F4:.5 E4:.5 E4:.5 D4:.5 D4:.5
        C4:2 .:.5 C4:.5 C4:.5 C4:.5 | E4:1.5 G4:1 C4:.5 C4:.5 C4:.5 | E4:1.5 G4:2 .:.5
        C5:1 D5:.5 C5:.5 A#4:.5 A4:.5 G4:.5 | F4:2 .:1 | C4:.5 C4:.5 F4:.5 F4:.5 A4:.5 A4:.5 C5:1 A4:1 .:1
        C5:.5 D5:.5 C5:.5 A#4:.5 A4:.5 A#4:.5 G4:1.5 .:1 | C4:.5 C4:.5 E4:.5 E4:.5 G4:.5 G4:.5 A#4:1 G4:1 .:1
        C5:.5 D5:.5 C5:.5 A#4:.5 A4:.5 G4:.5 F4:2 .:1""",
        beat=0.4,
        repeats=5,
    ),
    Melody(
        "twinkle-twinkle",
        "Twinkle, Twinkle, Little Star",
        "Traditional French",
        """C4:1 C4:1 G4:1 G4:1 | A4:1 A4:1 G4:2 | F4:1 F4:1 E4:1 E4:1 | D4:1 D4:1 C4:2
        G4:1 G4:1 F4:1 F4:1 | E4:1 E4:1 D4:2 | G4:1 G4:1 F4:1 F4:1 | E4:1 E4:1 D4:2
        C4:1 C4:1 G4:1 G4:1 | A4:1 A4:1 G4:2 | F4:1 F4:1 E4:1 E4:1 | D4:1 D4:1 C4:2""",
        beat=0.5,
        repeats=5,
        container="flac",
    ),
)


@dataclass(frozen=True, slots=True)
class Tone:
    """A track that is one pure tone, by which ears can be judged; `seconds` long."""

    slug: str
    title: str
    hz: float
    seconds: float
    artist: str = "Segue Laboratory"
    album: str = "Test Signals"
    album_slug: str = "test-signals"
    container: str = "opus"


TONES = (
    Tone("440-hz-test-tone", "440 Hz Test Tone", 440.0, 180.0),
    Tone("short-interlude", "Short Interlude", 523.25, 13.0),
)
