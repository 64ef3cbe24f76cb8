"""English: music that goes on by itself, turns, and fine tuning."""

SENTENCES = {
    "autoplay.off": "When the queue has run out, the music ends now.",
    "autoplay.similar": "When the queue has run out, similar tracks follow now.",
    "autoplay.artist": "When the queue has run out, more by the same artist follows now.",
    "autoplay.genre": "When the queue has run out, tracks of the same kind follow now.",
    "autoplay.mixed": "When the queue has run out, a mix of similar tracks and the same artist's follows now.",
    "autoplay.not_in_plan": "The {plan} plan has no autoplay; `/premium` adds it.",
    "autoplay.mode_not_in_plan": "The {plan} plan has these autoplay modes: {known}. `/premium` adds all others.",
    "autoplay.ended": (
        "The queue has run out, and autoplay found nothing that was not played lately. `/play` goes on with something."
    ),
    "player.autoplay": "Autoplay",
    "player.autoplay.similar": "similar tracks",
    "player.autoplay.artist": "same artist",
    "player.autoplay.genre": "same kind",
    "player.autoplay.mixed": "a mix",
    "player.fair_queue": "Fair queue",
    "player.fair_queue.on": "taking turns",
    "player.equalizer": "Equalizer",
    "player.tempo": "Speed and pitch",
    "player.tempo.both": "{speed} % · {pitch} %",
    "fairqueue.on": "Those who ask for music take turns now.",
    "fairqueue.off": "Tracks play in the order in which they were asked for now.",
    "equalizer.set": "Band {band} of the equalizer is at {gain} % now.",
    "equalizer.range": "The equalizer has bands 1 to {bands}, each from {low} to {high} %. Pick one of these.",
    "speed.set": "Speed is {level} % now.",
    "pitch.set": "Pitch is {level} % now.",
    "factor.range": "Pick a value from {low} to {high} %; 100 is as recorded.",
    "tuning.not_in_plan": "The {plan} plan has no equalizer, speed and pitch; `/premium` adds them.",
}
