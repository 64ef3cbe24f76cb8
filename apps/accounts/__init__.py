"""Who may use the API: tokens of guilds, and people who signed in with Discord."""
