"""Finds the desk's pages: the module `admin` of each of our apps.

Not those of other packages, as Django's autodiscovery would: they write, are not audited, and some show secrets.
"""

from __future__ import annotations

from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

OURS = "apps."


def find_pages() -> None:
    """Import them; each registers what it has with `django.contrib.admin.site`."""
    for config in apps.get_app_configs():
        if config.name.startswith(OURS) and config.module is not None and module_has_submodule(config.module, "admin"):
            import_module(f"{config.name}.admin")
