"""ASGI entry of the api process: `uvicorn project.asgi:application`."""

from __future__ import annotations

import os
import threading

import django

from project import logging
from project.api_started import api_started
from project.body_limit import BodyLimit
from project.database_pool import use_pool, watch_pool
from project.pooled_handler import PooledHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
logging.configure("api")
use_pool()
django.setup(set_prefix=False)
application = BodyLimit(PooledHandler())
watch_pool()
# uvicorn may import this inside its event loop, and nobody's first request has to wait for it.
threading.Thread(target=api_started.send, kwargs={"sender": "api"}, name="api started", daemon=True).start()
