"""WSGI entry of the api process, for servers without ASGI; server-sent events need ASGI."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from project import logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
logging.configure("api")
application = get_wsgi_application()
