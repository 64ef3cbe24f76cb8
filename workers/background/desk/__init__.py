"""The desk: carries out commands that concern a guild and not its player."""
