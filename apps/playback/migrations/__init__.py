"""Schema history of the playback tables."""
