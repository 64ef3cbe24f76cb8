"""Tells Django who a session's user is and what they may do; nobody signs in by it (apps.support.sign_in does that)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import User

from apps.support.roles import ADMIN_APPS, PERMISSIONS, Role, permitted, role_of


class RoleBackend(BaseBackend):
    """Permissions follow from the role of the user's staff row, which comes in the same query."""

    def get_user(self, user_id: int) -> User | None:
        """The user, with the staff row."""
        return User.objects.select_related("staff_member").filter(pk=user_id, is_active=True).first()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Django asks once for the model and once for the row; the answer is the same."""
        return permitted(user_obj, perm)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether anything of an app is for this user."""
        role = role_of(user_obj)
        if role is None:
            return False
        if app_label in ADMIN_APPS:
            return role is Role.ADMIN
        return any(one.startswith(f"{app_label}.") for one in PERMISSIONS[role])
