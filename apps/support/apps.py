"""Registers the support desk with Django: its tables, and its site as the admin's."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class SupportConfig(AppConfig):
    """Staff and the audit log."""

    name = "apps.support"
    label = "support"


class SiteConfig(SimpleAdminConfig):
    """Django's admin with our site. The pages are found by project.urls: only the api has use for them."""

    default = False
    default_site = "apps.support.site.SupportSite"
