"""What members read about permissions that the bot lacks, in Spanish."""

SENTENCES = {
    "cannot_write.player": (
        "No puedo mostrar el reproductor en {channel}. Lo que me falta allí: {missing}. Concédelo y usa allí `/play` "
        "otra vez, o dame un comando en otro canal: el reproductor viene conmigo."
    ),
    "cannot_write.player.unknown": (
        "No puedo mostrar el reproductor en {channel}. Comprueba que allí tengo Ver canal, Enviar mensajes e Insertar "
        "enlaces, o dame un comando en otro canal: el reproductor viene conmigo."
    ),
    "cannot_write.announcements": (
        "No puedo anunciar nada en {channel}. Lo que me falta allí: {missing}. Concédelo, o elige otro canal con "
        "`/settings set announce-channel`."
    ),
    "cannot_write.announcements.unknown": (
        "No puedo anunciar nada en {channel}. Comprueba que allí tengo Ver canal y Enviar mensajes, o elige otro canal "
        "con `/settings set announce-channel`."
    ),
    "permission.view_channel": "Ver canal",
    "permission.send_messages": "Enviar mensajes",
    "permission.embed_links": "Insertar enlaces",
}
