"""What background jobs keep: how they ran, what guilds were told, a day's figures, and backups."""
