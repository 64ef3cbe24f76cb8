"""What is said about imports, in Spanish."""

SENTENCES = {
    "added_many.importing.one": "Importando *{playlist}*: {asked} de {lines} líneas buscadas, {n} pista añadida…",
    "added_many.importing.other": "Importando *{playlist}*: {asked} de {lines} líneas buscadas, {n} pistas añadidas…",
    "added_many.missing.one": "Para {n} línea no encontré nada.",
    "added_many.missing.other": "Para {n} líneas no encontré nada.",
    "added_many.unanswered.one": (
        "{n} línea no se pudo buscar: una fuente no respondió, o no a tiempo. Impórtala otra vez más tarde."
    ),
    "added_many.unanswered.other": (
        "{n} líneas no se pudieron buscar: las fuentes no respondieron, o no a tiempo. Impórtalas otra vez más tarde."
    ),
    "playlist.importing.one": "Importando en *{name}*: {asked} de {lines} líneas buscadas, {n} pista…",
    "playlist.importing.other": "Importando en *{name}*: {asked} de {lines} líneas buscadas, {n} pistas…",
    "playlist.left_out.one": (
        "{n} más quedó fuera: no cabe en el plan de este servidor o en la lista. `/premium plans` muestra otros."
    ),
    "playlist.left_out.other": (
        "{n} más quedaron fuera: no caben en el plan de este servidor o en la lista. `/premium plans` muestra otros."
    ),
    "playlist.import_gone": "*{name}* se borró mientras importaba, así que paré.",
    "added_many.cut.one": "{n} línea no se miró: una importación puede tener {limit}.",
    "added_many.cut.other": "{n} líneas no se miraron: una importación puede tener {limit}.",
}
