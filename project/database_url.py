"""Django's form of a postgresql:// URL."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from project.env import refuse_to_start

OF_DJANGO = {"assume_role", "isolation_level", "pool", "server_side_binding"}
"""Names among Django's OPTIONS that mean nothing to PostgreSQL's library."""


def django_database(url: str) -> dict[str, object]:
    """An entry of DATABASES; CONN_MAX_AGE stays 0, an idle connection would block a restore.

    What stands behind `?` goes to PostgreSQL's library as it is (`sslmode=verify-full&sslrootcert=…`), as the audio
    workers' URL does. Values go to the server beside the statement and never in it: there they would be in its log.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        refuse_to_start("DATABASE_URL must look like postgresql://user:password@host:5432/discord.")
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    if wrong := OF_DJANGO & asked.keys():
        refuse_to_start(
            f"DATABASE_URL: {min(wrong)} is no parameter of PostgreSQL's. Behind ? belongs sslmode=… and such."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"connect_timeout": 3, **asked, "server_side_binding": True},
    }
