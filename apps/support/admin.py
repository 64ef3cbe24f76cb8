"""The desk's pages about itself: staff, and the audit log."""

from __future__ import annotations

from apps.support import admin_audit, admin_staff

__all__ = ["admin_audit", "admin_staff"]
