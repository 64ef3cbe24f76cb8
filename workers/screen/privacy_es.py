"""What is said of a member's own data, in Spanish."""

SENTENCES = {
    "privacy.export": (
        "Inicia sesión con Discord para descargar todo lo que guardo sobre ti: tus listas, favoritas, historial, "
        "comandos y lo que pagas. Solo tú puedes verlo."
    ),
    "privacy.export.button": "Descargar mis datos",
    "privacy.confirm": (
        "**Esto no se puede deshacer.** Borro en todos los servidores tus listas, favoritas e historial, tus votos, "
        "tus comandos y sesiones, y tu cuenta de cliente en Stripe. Lo que pusiste en la cola sigue sonando, sin "
        "dueño. Las claves de la API que creaste para un servidor se quedan en él. `/privacy export` te da antes una "
        "copia."
    ),
    "privacy.confirm.button": "Borrar todo sobre mí",
    "privacy.started": (
        "Estoy borrando todo lo que guardo sobre ti. Tarda uno o dos minutos; lo que hagas mientras tanto se borra "
        "también."
    ),
    "privacy.still_paying.one": (
        "Pagas el plan de {n} servidor. Cancélalo allí con `/premium manage`; cuando haya terminado, vuelve."
    ),
    "privacy.still_paying.other": (
        "Pagas los planes de {n} servidores. Cancélalos allí con `/premium manage`; cuando hayan terminado, vuelve."
    ),
    "privacy.erased": "Esta respuesta se borró con los datos de quien la pidió.",
    "privacy.player_forgot": "El reproductor ha olvidado a un miembro.",
}
