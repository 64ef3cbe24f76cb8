"""Bearer tokens: of programs for one guild, and of people who signed in."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.accounts.selectors import Caller, TokenRefused
from apps.api.known_callers import known_caller

SENTENCES = {
    "unknown": "This token is not known.",
    "expired": "This token has expired.",
    "revoked": "This token was revoked.",
}


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer segue_…`; `request.auth` is the Caller."""

    def authenticate(self, request: Request) -> tuple[Any, Caller] | None:
        """None without the header; raises AuthenticationFailed."""
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise AuthenticationFailed("Use a bearer token.", "scheme")
        try:
            caller = known_caller(secret.strip())
        except TokenRefused as refused:
            raise AuthenticationFailed(SENTENCES[refused.problem], f"token_{refused.problem}") from refused
        return caller, caller

    def authenticate_header(self, request: Request) -> str:
        """For 401."""
        return 'Bearer realm="api"'


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # its metaclass has no types
    """How the schema shows it."""

    target_class = "apps.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """OpenAPI's words for a bearer token."""
        return {"type": "http", "scheme": "bearer"}
