"""Routes of the API."""

from __future__ import annotations

from django.urls import path, register_converter

from apps.api.docs import show_docs
from apps.api.fields import SnowflakeConverter
from apps.api.schema import show_schema
from apps.api.views import billing, commands, events, guilds, library, login, me, player, playlists, tokens, track_queue

register_converter(SnowflakeConverter, "snowflake")
GUILD = "v1/guilds/<snowflake:guild_id>/"

urlpatterns = [
    path("schema", show_schema),
    path("docs", show_docs),
    path("v1/login", login.LoginView.as_view()),
    path("v1/login/callback", login.CallbackView.as_view()),
    path("v1/logout", login.LogoutView.as_view()),
    path("v1/guilds/", guilds.GuildsView.as_view()),
    path(GUILD, guilds.GuildView.as_view()),
    path(GUILD + "settings", guilds.SettingsView.as_view()),
    path(GUILD + "player", player.PlayerView.as_view()),
    path(GUILD + "player/skip", player.SkipView.as_view()),
    path(GUILD + "player/previous", player.PreviousView.as_view()),
    path(GUILD + "player/stop", player.StopView.as_view()),
    path(GUILD + "queue", track_queue.QueueView.as_view()),
    path(GUILD + "queue/<int:position>", track_queue.QueuedEntryView.as_view()),
    path(GUILD + "history", library.HistoryView.as_view()),
    path(GUILD + "usage", billing.UsageView.as_view()),
    path(GUILD + "subscription", billing.SubscriptionView.as_view()),
    path(GUILD + "events", events.EventsView.as_view()),
    path(GUILD + "tokens/", tokens.TokensView.as_view()),
    path(GUILD + "tokens/<int:token_id>", tokens.TokenView.as_view()),
    path("v1/search", library.SearchView.as_view()),
    path("v1/playlists/", playlists.PlaylistsView.as_view()),
    path("v1/playlists/<int:playlist_id>", playlists.PlaylistView.as_view()),
    path("v1/playlists/<int:playlist_id>/tracks", playlists.PlaylistTracksView.as_view()),
    path("v1/playlists/<int:playlist_id>/tracks/<int:position>", playlists.PlaylistTrackView.as_view()),
    path("v1/me", me.MeView.as_view()),
    path("v1/me/export", me.ExportView.as_view()),
    path("v1/plans/", billing.PlansView.as_view()),
    path("v1/commands/<uuid:command_id>", commands.CommandView.as_view()),
]
