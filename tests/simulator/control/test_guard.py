"""The control API is for this machine's own callers only."""

import pytest

from simulator.control.guard import refusal
from tests.simulator.discord_client import RestClient


@pytest.mark.parametrize("host", ["127.0.0.1:8900", "localhost:8900", "localhost", "[::1]:8900"])
def test_own_names_pass(host: str) -> None:
    assert refusal(host, None) is None
    assert refusal(host, f"http://{host}") is None


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil:8900", "", None])
def test_other_names_do_not(host: str | None) -> None:
    assert refusal(host, None) is not None


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:3000", ""])
def test_pages_of_other_origins_do_not(origin: str) -> None:
    assert refusal("localhost:8900", origin) is not None


async def test_the_server_asks_the_guard(rest: RestClient) -> None:
    rebound = await rest.control("GET", "/guilds", headers={"Host": "evil.example"})
    page = await rest.control("GET", "/guilds", headers={"Origin": "http://evil.example"})
    own = await rest.control("GET", "/guilds", headers={"Origin": rest.site.base_url})
    assert (rebound.status, page.status, own.status) == (403, 403, 200)
