"""What is said about playlists, favourites and history, in Spanish."""

SENTENCES = {
    "playlist.created": "Creé la lista *{name}*. `/playlist add` y `/playlist add-queue` la llenan.",
    "playlist.deleted": "Borré la lista *{name}*.",
    "playlist.renamed": "*{before}* se llama ahora *{name}*.",
    "playlist.added": "Añadí *{title}* a *{name}*.",
    "playlist.added_many.one": "Añadí {n} pista a *{name}*.",
    "playlist.added_many.other": "Añadí {n} pistas a *{name}*.",
    "playlist.added_part.one": "Añadí {n} pista a *{name}*, que ya está llena: caben {limit}.",
    "playlist.added_part.other": "Añadí {n} pistas a *{name}*, que ya está llena: caben {limit}.",
    "playlist.removed": "Quité *{title}* de *{name}*.",
    "playlist.removed_many.one": "Quité {n} pista de *{name}*.",
    "playlist.removed_many.other": "Quité {n} pistas de *{name}*.",
    "playlist.shared.server": "Ahora todos en este servidor pueden poner *{name}* con `/playlist play`.",
    "playlist.shared.code": (
        "Quien conozca el código `{code}` puede poner *{name}*, o copiarla con `/playlist import`."
    ),
    "playlist.shared.private": "Ahora solo tú puedes poner *{name}*. El código que tenía ya no vale.",
    "playlist.imported.one": "Hice la lista *{name}* con {n} pista.",
    "playlist.imported.other": "Hice la lista *{name}* con {n} pistas.",
    "playlist.import_nothing": (
        "Dime qué importar: líneas de texto, un archivo o un código que alguien compartió contigo."
    ),
    "playlist.import_unknown": ("Nadie comparte una lista con ese código. Pídelo otra vez y fíjate en las mayúsculas."),
    "playlist.exported": "*{name}*. `/playlist import` vuelve a hacer una lista con esto.",
    "export.part": "Esta es la parte {page} de {pages}; `page` elige otra.",
    "playlist.page.empty": "Todavía no hay nada en ella. `/playlist add` y `/playlist add-queue` la llenan.",
    "playlist.title.foreign": "{name}, de {owner}",
    "playlists.title": "Listas que puedes poner",
    "playlists.empty": "Todavía no tienes ninguna lista. `/playlist create` empieza una.",
    "playlists.of": "de {owner}",
    "playlists.shared": "compartida en este servidor",
    "playlists.code": "código `{code}`",
    "favourite.added": "*{title}* es ahora una de tus favoritas. `/favourite list` las muestra.",
    "favourite.kept": "*{title}* ya era una de tus favoritas.",
    "favourite.removed": "*{title}* ya no es una de tus favoritas.",
    "favourites.title": "Tus favoritas",
    "favourites.empty": "Todavía no tienes favoritas. Pulsa ❤️ en el reproductor o usa `/favourite add`.",
    "history.title": "Lo que sonó en este servidor",
    "history.empty": "Aquí no sonó nada últimamente. `/play` cambia eso.",
    "library.footer.one": "{n} pista · página {page} de {pages}",
    "library.footer.other": "{n} pistas · página {page} de {pages}",
    "library.tracks.one": "{n} pista",
    "library.tracks.other": "{n} pistas",
    "library.page": "Página {page} de {pages}",
    "library.nothing_plays": "Aquí no suena nada. Di qué pista quieres o pon una con `/play`.",
    "library.entry_gone": "Esa pista ya no se conoce aquí. Pulsa el botón de la pista que suena.",
    "library.refused.name_taken": "Ya tienes una lista *{name}*. Elige otro nombre.",
    "library.refused.name_form": "El nombre de una lista tiene de 1 a {limit} caracteres. Elige otro.",
    "library.refused.unknown": "No tienes ninguna lista *{name}*. `/playlist list` muestra las tuyas.",
    "library.refused.too_many": (
        "El plan de este servidor te permite {limit} listas y ya las tienes. `/premium` lo amplía, y "
        "`/playlist delete` hace sitio."
    ),
    "library.refused.full": "*{name}* está llena: en una lista caben {limit} pistas. `/playlist remove` hace sitio.",
    "library.refused.favourites_full": "Tienes {limit} favoritas: no guardo más. `/favourite remove` hace sitio.",
    "library.refused.position": "*{name}* tiene {limit} pistas: no existe ese lugar. `/playlist show` las muestra.",
    "library.refused.no_such_favourite": "No existe ese lugar: tienes {limit} favoritas. Mira `/favourite list`.",
    "library.refused.no_tracks": "No hay nada que añadir. Pon algo con `/play` primero.",
    "refused.playlist_unknown": (
        "No conozco ninguna lista *{detail}* que puedas poner. `/playlist list` muestra las tuyas y las del servidor."
    ),
    "refused.playlist_empty": "Todavía no hay nada en *{detail}*. `/playlist add` y `/playlist add-queue` la llenan.",
    "refused.no_favourites": "No tienes esa favorita: mira `/favourite list`. Con ❤️ en el reproductor guardas una.",
}
