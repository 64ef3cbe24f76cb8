"""The description says what each route may answer, and the page made of it needs nothing from elsewhere."""

from __future__ import annotations

import re
import warnings

import pytest
from django.core.management import call_command
from django.test import Client

from apps.api.schema import description


def test_the_description_is_made_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call_command("spectacular", "--validate", "--fail-on-warn")
    assert "openapi: 3" in capsys.readouterr().out


def test_every_operation_names_its_problems() -> None:
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            assert {"422", "429", "503"} <= set(operation["responses"]), (method, path)


def test_what_an_answers_headers_say_is_described() -> None:
    operations = description()["paths"]
    player = operations["/api/v1/guilds/{guild_id}/player"]["patch"]["responses"]
    budget = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}
    assert set(player["200"]["headers"]) == budget
    assert set(player["202"]["headers"]) == {"Location", *budget}
    assert set(player["401"]["headers"]) == {"WWW-Authenticate"}
    assert set(player["429"]["headers"]) == set(player["503"]["headers"]) == {"Retry-After", *budget}
    assert set(operations["/api/v1/login"]["get"]["responses"]["302"]["headers"]) == {"Location"}


def test_the_page_for_people_names_every_route_and_loads_nothing() -> None:
    answer = Client().get("/api/docs")
    page = answer.content.decode()
    assert all(path in page for path in description()["paths"])
    assert "<script" not in page
    assert not re.search(r"(src|href)=['\"]?(https?:)?//", page)
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_description_is_served_to_everybody() -> None:
    assert Client().get("/api/schema").json()["info"]["title"] == "Segue"
