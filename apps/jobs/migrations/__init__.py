"""Schema history of the guild tables."""
