"""Pure rendering: outcomes and player states become Discord message payloads."""
