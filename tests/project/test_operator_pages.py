"""Probes and Prometheus ask a pod by its address; requests are counted by route."""

from __future__ import annotations

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.urls import path


def look(_request: HttpRequest, guild_id: int) -> HttpResponse:
    return HttpResponse(str(guild_id))


urlpatterns = [path("guilds/<int:guild_id>/look", look)]


@pytest.mark.parametrize("page", ["/health", "/metrics"])
def test_operators_may_ask_by_the_address_of_a_pod(client: Client, page: str) -> None:
    assert client.get(page, headers={"host": "10.1.2.3:3000"}).status_code == 200


async def test_the_same_under_asgi(async_client: AsyncClient) -> None:
    assert (await async_client.get("/health", headers={"host": "10.1.2.3:3000"})).status_code == 200


def test_others_may_not(client: Client) -> None:
    assert client.get("/", headers={"host": "10.1.2.3:3000"}).status_code == 400


@pytest.mark.urls(__name__)
def test_requests_are_counted_by_route_without_ids(client: Client) -> None:
    before = client.get("/metrics").content.decode()
    client.get("/guilds/1575217637237981201/look")
    client.get("/nowhere/1575217637237981201")
    client.generic("INVENTED", "/guilds/1/look")
    counted = client.get("/metrics").content.decode()
    for route, method, status in [
        ("guilds/<int:guild_id>/look", "GET", "200"),
        ("guilds/<int:guild_id>/look", "other", "200"),
        ("none", "GET", "404"),
    ]:
        line = re.compile(
            rf'^api_requests_total{{method="{method}",route="{re.escape(route)}",status="{status}"}} (.+)$',
            re.MULTILINE,
        )
        (now,), then = line.findall(counted), line.findall(before) or ["0"]
        assert float(now) == float(then[0]) + 1
    assert "1575217637237981201" not in counted


def test_an_operator_finds_the_latency_by_name(client: Client) -> None:
    client.get("/")
    assert any("latency" in line for line in client.get("/metrics").content.decode().splitlines())
