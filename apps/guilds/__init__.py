"""What a guild has chosen: its settings."""
