"""Pure rendering: outcomes and player states become Discord message payloads."""

from workers.screen.render import Screen, render_conclusion, render_notice, render_player

__all__ = ["Screen", "render_conclusion", "render_notice", "render_player"]
