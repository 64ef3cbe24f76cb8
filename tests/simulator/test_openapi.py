"""Requests and answers are held against Discord's own description, where it is at hand."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from simulator.openapi import Description, Violations
from simulator.process.discord_site import DiscordSite
from tests.simulator.discord_client import RestClient


@pytest.fixture
def description(discord_description: Description | None) -> Description:
    if discord_description is None:
        pytest.skip("Discord's OpenAPI description is not ours to ship; DISCORD_OPENAPI names no file here.")
    return discord_description


@pytest.fixture
async def checked(description: Description) -> AsyncIterator[RestClient]:
    site = DiscordSite(description=description)
    await site.start()
    async with RestClient(site) as client:
        yield client
    await site.stop()


async def test_good_requests_and_answers_leave_no_trace(checked: RestClient) -> None:
    await checked("GET", "/users/@me")
    await checked("POST", f"/channels/{checked.text_channel}/messages", {"content": "x", "embeds": [{"title": "t"}]})
    listed = (await checked.control("GET", "/violations")).data
    assert listed == {"active": True, "checked": 2, "violations": []}


@pytest.mark.parametrize(
    "body",
    [{"content": 5}, {"embeds": [{"title": ["t"]}]}, {"components": [{"type": 1, "components": [{"type": 2}]}]}],
)
async def test_a_bad_request_is_a_violation(checked: RestClient, body: dict[str, Any]) -> None:
    await checked("POST", f"/channels/{checked.text_channel}/messages", body)
    (violation,) = (await checked.control("GET", "/violations")).data["violations"]
    assert (violation["side"], violation["method"]) == ("request", "POST")


async def test_an_operation_discord_does_not_have_is_a_violation(checked: RestClient) -> None:
    await checked("POST", "/music/play", {})
    (violation,) = (await checked.control("GET", "/violations")).data["violations"]
    assert violation["fault"] == "the description knows no such operation"


def test_a_bad_answer_is_a_violation(description: Description) -> None:
    violations = Violations(description)
    violations.check_answer("GET", "/users/@me", 200, {"id": 5})
    violations.check_answer("GET", "/users/@me", 302, None)
    faults = [one["fault"] for one in violations.all()]
    assert any("5 is not of type 'string'" in fault for fault in faults)
    assert any("status 302 is not among" in fault for fault in faults)


def test_without_a_description_nothing_is_checked() -> None:
    violations = Violations(None)
    violations.check_request("POST", "/music/play", {})
    assert (violations.active, violations.checked, violations.all()) == (False, 0, [])
