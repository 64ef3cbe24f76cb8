"""Pure rendering: outcomes and player states become Discord message payloads."""

from workers.screen.render import Screen, render_conclusion, render_notice

__all__ = ["Screen", "render_conclusion", "render_notice"]
