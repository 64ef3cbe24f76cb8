"""What blocked guilds and staff are told, in English."""

SENTENCES = {
    "guild.blocked": (
        "Segue's support team has blocked this server, so I take no commands here. Write to the team to have it lifted."
    ),
    "guild.blocked.at": (
        "Segue's support team has blocked this server, so I take no commands here. "
        "To have it lifted, write to {support}"
    ),
    "playback_stopped.blocked": "Segue's support team has blocked this server, so I stopped and left.",
    "heal.voice": "Gave the audio node the voice credentials again.",
    "heal.rejoin": "Left the voice channel and joined it again.",
    "node.moving": "Moving to the audio node *{node}*; the track goes on there.",
    "node.same": "It plays on *{node}* already. Choose another node.",
    "node.unknown": "There is no audio node *{node}*. Choose one of the list.",
    "node.unusable": "The audio node *{node}* is drained or does not answer. Choose another one.",
    "node.none_other": "There is no other audio node that can be used now.",
}
