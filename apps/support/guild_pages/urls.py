"""Addresses of the guild pages and of the page of slots and nodes, for the admin site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from apps.support.guild_pages import blocking, erasing, fleet_page, guild, guild_list, live_events, player_orders
from apps.support.guild_pages.guild_confirmation import GuildConfirmation

View = Callable[..., Any]
ACTIONS: dict[str, type[GuildConfirmation]] = {
    "skip": player_orders.SkipPage,
    "pause": player_orders.PausePage,
    "resume": player_orders.ResumePage,
    "heal": player_orders.HealPage,
    "move": player_orders.MovePage,
    "clear": player_orders.ClearPage,
    "stop": player_orders.StopPage,
    "block": blocking.BlockPage,
    "unblock": blocking.UnblockPage,
    "erase": erasing.ErasePage,
}
"""What can be done to a guild, by the last part of its address."""


def guild_urls(admin_view: Callable[[View], View]) -> list[URLPattern]:
    """All of them; `admin_view` lets in who is signed in."""
    return [
        path("guilds/", admin_view(guild_list.guild_list), name="guilds"),
        path("guilds/<int:guild_id>/", admin_view(guild.guild_page), name="guild"),
        path("guilds/<int:guild_id>/live/", admin_view(guild.guild_live_parts), name="guild_live"),
        path("guilds/<int:guild_id>/events/", admin_view(live_events.guild_events), name="guild_events"),
        *(
            path(f"guilds/<int:guild_id>/{name}/", admin_view(page.as_view()), name=f"guild_{name}")
            for name, page in ACTIONS.items()
        ),
        path("slots-and-nodes/", admin_view(fleet_page.slots_and_nodes), name="slots_and_nodes"),
        path("slots-and-nodes/live/", admin_view(fleet_page.slots_and_nodes_live), name="slots_and_nodes_live"),
        path("slots-and-nodes/<str:node>/drain/", admin_view(fleet_page.DrainPage.as_view()), name="node_drain"),
        path("slots-and-nodes/<str:node>/undrain/", admin_view(fleet_page.UndrainPage.as_view()), name="node_undrain"),
    ]
