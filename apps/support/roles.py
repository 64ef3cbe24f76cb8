"""What each role of staff may do. Roles are code, not rows: nobody widens one by hand, a release changes all at once.

`may(user, "support")` asks for the role or a greater one; permissions in Django's form (`billing.view_plan`) are what
the admin's pages ask for (apps.support.backend).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final


class Role(StrEnum):
    """Each may do what those before it may."""

    SUPPORT = "support"
    """Reads all that concerns guilds, and orders players about."""
    BILLING = "billing"
    """Grants, cancels, and finds the payment at Stripe."""
    ADMIN = "admin"
    """Plans, staff, erasing, and dj-stripe's own pages."""

    @property
    def rank(self) -> int:
        """0 for support."""
        return list(Role).index(self)


SUPPORT: Final = frozenset({
    "accounts.view_apitoken",
    "billing.view_plan",
    "billing.view_planprice",
    "billing.view_subscription",
    "billing.view_usage",
    "guilds.view_guildsettings",
    "library.view_playlist",
    "playback.view_command",
    "playback.view_player",
    "playback.view_queueentry",
    "playback.view_slot",
    "playback.view_slotsession",
    "support.view_auditline",
})  # fmt: skip
BILLING: Final = SUPPORT | {
    "accounts.revoke_apitoken",
    "billing.cancel_subscription",
    "billing.grant_subscription",
    "billing.refund_subscription",
}
ADMIN_APPS: Final = frozenset({"djstripe"})
"""Tables that the admin role alone sees."""
ADMIN: Final = BILLING | {
    "billing.change_plan",
    "billing.add_planprice",
    "billing.change_planprice",
    "support.view_staffmember",
    "support.add_staffmember",
    "support.change_staffmember",
}
PERMISSIONS: Final = {Role.SUPPORT: SUPPORT, Role.BILLING: BILLING, Role.ADMIN: ADMIN}


def role_of(user: Any) -> Role | None:
    """The role of a user of the site; None for who is none of staff, or no longer."""
    member = getattr(user, "staff_member", None)
    return Role(member.role) if member is not None and user.is_active else None


def may(user: Any, role: str) -> bool:
    """Whether the user has this role ("support", "billing", "admin") or a greater one."""
    own = role_of(user)
    return own is not None and own.rank >= Role(role).rank


def permitted(user: Any, permission: str) -> bool:
    """Whether the user's role has a permission in Django's form, `app.verb_model`."""
    own = role_of(user)
    if own is None:
        return False
    app, _, codename = permission.partition(".")
    if app in ADMIN_APPS:
        return own is Role.ADMIN and codename.startswith("view_")
    return permission in PERMISSIONS[own]
