"""What blocked guilds and staff are told, in Spanish."""

SENTENCES = {
    "guild.blocked": (
        "El equipo de soporte de Segue ha bloqueado este servidor, así que aquí no acepto comandos. "
        "Escribe al equipo para que lo desbloquee."
    ),
    "guild.blocked.at": (
        "El equipo de soporte de Segue ha bloqueado este servidor, así que aquí no acepto comandos. "
        "Para que lo desbloquee, escribe a {support}"
    ),
    "playback_stopped.blocked": "El equipo de soporte de Segue ha bloqueado este servidor, así que paré y me fui.",
    "heal.voice": "Di otra vez las credenciales de voz al nodo de audio.",
    "heal.rejoin": "Salí del canal de voz y volví a entrar.",
    "node.moving": "Paso al nodo de audio *{node}*; la pista sigue allí.",
    "node.same": "Ya suena en *{node}*. Elige otro nodo.",
    "node.unknown": "No hay ningún nodo de audio *{node}*. Elige uno de la lista.",
    "node.unusable": "El nodo de audio *{node}* se está vaciando o no responde. Elige otro.",
    "node.none_other": "Ahora no hay ningún otro nodo de audio que se pueda usar.",
}
