"""The admin site: who gets in, the pages of signing in, and Unfold's look."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from unfold.sites import UnfoldAdminSite

from apps.support import sign_in_discord, sign_in_views
from apps.support.billing_pages import billing_urls
from apps.support.guild_pages.urls import guild_urls
from apps.support.sign_in import is_in


class SupportSite(UnfoldAdminSite):
    """Every page asks `has_permission` first, and nothing but a session that passed both factors has it."""

    index_title = "What would you like to look at?"
    index_template = "support/index.html"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Django's would let in whoever a session names."""
        return is_in(request)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Ours, not Django's: a password alone opens nothing."""
        if is_in(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return sign_in_views.PasswordView.as_view()(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """By a code of an admin's (`manage.py staff`, the staff page), so that a stolen session changes none."""
        return HttpResponseRedirect(reverse("admin:index"))

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's second page of it."""
        return HttpResponseRedirect(reverse("admin:index"))

    def extra_urls(self) -> list[URLPattern]:
        """Signing in goes on behind the password."""
        return [
            path("login/code/", sign_in_views.CodeView.as_view(), name="login_code"),
            path("login/authenticator/", sign_in_views.AuthenticatorView.as_view(), name="login_authenticator"),
            path("login/discord/", sign_in_discord.DiscordView.as_view(), name="login_discord"),
            path(
                "login/discord/callback/",
                sign_in_discord.DiscordCallbackView.as_view(),
                name="login_discord_callback",
            ),
            path("enrol/", sign_in_views.EnrolView.as_view(), name="enrol"),
            *billing_urls(self.admin_view),
            *guild_urls(self.admin_view),
        ]
