"""What exists in the fake Discord: guilds, people, messages, voice, interactions; plain state, no sockets."""
