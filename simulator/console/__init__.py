"""A web page to try the bot on: looks like a chat client, and does everything through the control API."""
