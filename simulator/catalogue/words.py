"""Words of the catalogue's tunes, as old as these; the other tracks have none."""

WORDS = {
    "ode-to-joy": """Freude, schöner Götterfunken,
Tochter aus Elysium,
Wir betreten feuertrunken,
Himmlische, dein Heiligtum!

Deine Zauber binden wieder,
Was die Mode streng geteilt;
Alle Menschen werden Brüder,
Wo dein sanfter Flügel weilt.""",
    "greensleeves": """Alas, my love, you do me wrong,
To cast me off discourteously,
For I have loved you well and long,
Delighting in your company.

Greensleeves was all my joy,
Greensleeves was my delight,
Greensleeves was my heart of gold,
And who but my Lady Greensleeves.""",
}
"""Lines by the track's slug."""
