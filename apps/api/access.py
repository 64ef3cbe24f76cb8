"""Who may do what: every view names the scope that each of its methods needs, and its guild must be the caller's."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.accounts.selectors import Caller
from apps.api.problems import Problem


class MayReach(BasePermission):
    """Raises rather than returns: the answer says what is missing."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """For DRF."""
        caller = request.auth
        if not isinstance(caller, Caller):
            return False  # DRF answers 401
        needed = view.needs.get(request.method)
        if needed is not None and needed not in caller.scopes:
            raise Problem(403, "scope_missing", f"This token needs the scope {needed}.", scope=needed)
        guild_id = view.kwargs.get("guild_id")
        if guild_id is not None and guild_id not in caller.guilds:
            raise Problem(403, "other_guild", _why_not(caller))
        return True


def _why_not(caller: Caller) -> str:
    if caller.kind == "token":
        return "This token is for another guild."
    return "You do not manage this guild, or did not when you signed in."
