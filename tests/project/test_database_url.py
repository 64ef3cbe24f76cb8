"""What of DATABASE_URL reaches PostgreSQL, and what of a statement its log."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db.utils import ConnectionHandler

from project import settings
from project.database_url import django_database

URL = "postgresql://segue:p%40ss@db.example:6543/discord"


def options(url: str) -> dict[str, Any]:
    found = django_database(url)["OPTIONS"]
    assert isinstance(found, dict)
    return found


def test_a_url_says_where_and_as_whom() -> None:
    found = django_database(URL)
    assert [found[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")] == [
        "db.example",
        "6543",
        "discord",
        "segue",
        "p@ss",
    ]


def test_what_stands_behind_the_question_mark_goes_along() -> None:
    found = options(URL + "?sslmode=verify-full&sslrootcert=%2Fetc%2Ftls%2Fca.crt&connect_timeout=9")
    assert (found["sslmode"], found["sslrootcert"], found["connect_timeout"]) == (
        "verify-full",
        "/etc/tls/ca.crt",
        "9",
    )
    assert options(URL)["connect_timeout"] == 3


def test_a_server_that_cannot_show_its_certificate_is_not_spoken_to() -> None:
    """Django asks PostgreSQL's library in earnest."""
    url = settings.DATABASE_URL.partition("?")[0] + "?sslmode=verify-full&sslrootcert=/nowhere/ca.crt"
    connection: Any = ConnectionHandler({"default": django_database(url)})["default"]
    with pytest.raises(psycopg.OperationalError, match=r"SSL|certificate"):
        connection.get_new_connection(connection.get_connection_params())


@pytest.mark.parametrize(
    "url", ["mysql://a@b/discord", "postgresql://a@b:5432/", f"{URL}?pool=1", f"{URL}?server_side_binding="]
)
def test_what_is_none_is_refused_with_the_settings_name(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        django_database(url)
    assert ended.value.code == 2
    assert "DATABASE_URL" in capsys.readouterr().err


def test_no_environment_turns_binding_at_the_server_off() -> None:
    assert options(URL)["server_side_binding"] is True
    made: Any = settings.DATABASES["default"]["OPTIONS"]
    assert made["server_side_binding"] is True
