"""Spanish: music that goes on by itself, turns, and fine tuning."""

SENTENCES = {
    "autoplay.off": "Cuando se acabe la cola, ahora termina la música.",
    "autoplay.similar": "Cuando se acabe la cola, ahora siguen pistas parecidas.",
    "autoplay.artist": "Cuando se acabe la cola, ahora sigue más música del mismo artista.",
    "autoplay.genre": "Cuando se acabe la cola, ahora siguen pistas del mismo tipo.",
    "autoplay.mixed": "Cuando se acabe la cola, ahora sigue una mezcla de pistas parecidas y del mismo artista.",
    "autoplay.not_in_plan": "El plan {plan} no tiene reproducción automática; `/premium` la añade.",
    "autoplay.mode_not_in_plan": "El plan {plan} tiene estos modos automáticos: {known}. `/premium` añade los demás.",
    "autoplay.ended": (
        "Se acabó la cola, y la reproducción automática no encontró nada que no sonara hace poco. "
        "`/play` sigue con algo."
    ),
    "search.pick": "Resultados para *{query}*: elige qué debe sonar.",
    "search.menu": "Elige una pista",
    "queue.exported.one": "{n} pista, página {page} de {pages}. `/queue-import` la vuelve a añadir.",
    "queue.exported.other": "{n} pistas, página {page} de {pages}. `/queue-import` las vuelve a añadir.",
    "added_many.missing.one": "Para {n} línea no encontré nada.",
    "added_many.missing.other": "Para {n} líneas no encontré nada.",
    "player.autoplay": "Reproducción automática",
    "player.autoplay.similar": "pistas parecidas",
    "player.autoplay.artist": "mismo artista",
    "player.autoplay.genre": "mismo tipo",
    "player.autoplay.mixed": "una mezcla",
    "player.fair_queue": "Cola justa",
    "player.fair_queue.on": "por turnos",
    "player.equalizer": "Ecualizador",
    "player.tempo": "Velocidad y tono",
    "player.tempo.both": "{speed} % · {pitch} %",
    "fairqueue.on": "Quienes piden música ahora se turnan.",
    "fairqueue.off": "Las pistas suenan ahora en el orden en que se pidieron.",
    "equalizer.set": "La banda {band} del ecualizador está ahora al {gain} %.",
    "equalizer.range": "El ecualizador tiene bandas de 1 a {bands}, cada una de {low} a {high} %. Elige una de ellas.",
    "speed.set": "La velocidad es ahora del {level} %.",
    "pitch.set": "El tono es ahora del {level} %.",
    "factor.range": "Elige un valor de {low} a {high} %; 100 es como se grabó.",
    "tuning.not_in_plan": "El plan {plan} no tiene ecualizador, velocidad ni tono; `/premium` los añade.",
}
