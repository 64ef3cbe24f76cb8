"""The api's probes: liveness asks nobody, readiness names what is away."""

from __future__ import annotations

import pytest
from django.db.utils import ConnectionHandler
from django.test import Client

from project import settings as plain_settings


def test_health_asks_nobody(client: Client) -> None:
    assert client.get("/health").json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_when_both_stores_answer(client: Client, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_settings, "REDIS_URL", redis_url)
    assert client.get("/ready").json() == {"status": "ready"}


@pytest.mark.django_db
def test_ready_names_the_store_that_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_settings, "REDIS_URL", "redis://127.0.0.1:9/0")
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["away"]) == (503, ["redis"])


@pytest.mark.django_db
def test_ready_survives_a_postgresql_that_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    away = {**plain_settings.DATABASES["default"], "HOST": "127.0.0.1", "PORT": "9"}
    monkeypatch.setattr("project.health.connection", ConnectionHandler({"default": away})["default"])
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert "postgres" in answer.json()["away"]
