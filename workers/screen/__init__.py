"""Pure rendering: outcomes and player states become Discord message payloads."""

from workers.screen.message_body import Screen
from workers.screen.render import render_conclusion, render_notice, render_player

__all__ = ["Screen", "render_conclusion", "render_notice", "render_player"]
