"""A Lavalink 4.2.2 node that really plays: what the bot's audio workers talk to where no real one runs."""
