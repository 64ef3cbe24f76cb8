"""What members read about permissions that the bot lacks, in English."""

SENTENCES = {
    "cannot_write.player": (
        "I cannot show the player in {channel}. What I lack there: {missing}. Grant it and use `/play` there again, or "
        "give me a command in another channel: the player comes along."
    ),
    "cannot_write.player.unknown": (
        "I cannot show the player in {channel}. Check that I may View Channel, Send Messages and Embed Links there, or "
        "give me a command in another channel: the player comes along."
    ),
    "cannot_write.announcements": (
        "I cannot announce anything in {channel}. What I lack there: {missing}. Grant it, or pick another channel with "
        "`/settings set announce-channel`."
    ),
    "cannot_write.announcements.unknown": (
        "I cannot announce anything in {channel}. Check that I may View Channel and Send Messages there, or pick "
        "another channel with `/settings set announce-channel`."
    ),
    "permission.view_channel": "View Channel",
    "permission.send_messages": "Send Messages",
    "permission.embed_links": "Embed Links",
}
