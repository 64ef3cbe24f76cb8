"""A process of its own that sends one form of the desk, for tests in which it dies over it: URL, COOKIE, FIELDS."""

from __future__ import annotations

import json
import os
import sys

import django


def main(url: str, cookie: str, fields: str) -> None:
    """As a browser that is signed in."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings
    from django.test import Client

    browser = Client(SERVER_NAME="127.0.0.1")
    browser.cookies[settings.SESSION_COOKIE_NAME] = cookie
    browser.post(url, json.loads(fields))


if __name__ == "__main__":
    main(*sys.argv[1:])
