"""Forms that Discord refuses, each naming the field and the reason."""

from typing import Any

import pytest

from tests.simulator.discord_client import RestClient


def _button(**changes: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Skip", "custom_id": "skip", **changes}


def _rows(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"content": "x", "components": [{"type": 1, "components": row} for row in rows]}


def _embed(**fields: Any) -> dict[str, Any]:
    return {"embeds": [fields]}


def _select(**changes: Any) -> dict[str, Any]:
    options = [{"label": "Bass", "value": "bass"}]
    return {"type": 3, "custom_id": "filters", "options": options, **changes}


_TOO_BIG = {"embeds": [{"description": "d" * 4000}, {"description": "d" * 2001}]}
_FIELD = {"name": "n", "value": "v"}

REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("long content", {"content": "c" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
    ("eleven embeds", {"embeds": [{"title": "t"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
    ("long title", _embed(title="t" * 257), "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
    ("long description", _embed(description="d" * 4097), "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
    ("many fields", _embed(fields=[_FIELD] * 26), "embeds.0.fields", "BASE_TYPE_MAX_LENGTH"),
    ("no field name", _embed(fields=[{"value": "v"}]), "embeds.0.fields.0.name", "BASE_TYPE_REQUIRED"),
    ("embeds too big", _TOO_BIG, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    ("bad url", _embed(title="t", url="ftp://x"), "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
    ("bad colour", _embed(title="t", color=1 << 24), "embeds.0.color", "NUMBER_TYPE_MAX"),
    ("six rows", _rows(*[[_button(custom_id=str(n))] for n in range(6)]), "components", "BASE_TYPE_MAX_LENGTH"),
    (
        "six buttons",
        _rows([_button(custom_id=str(n)) for n in range(6)]),
        "components.0.components",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        "long custom id",
        _rows([_button(custom_id="c" * 101)]),
        "components.0.components.0.custom_id",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        "same custom id twice",
        _rows([_button()], [_button()]),
        "components.1.components.0.custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    (
        "long label",
        _rows([_button(label="l" * 81)]),
        "components.0.components.0.label",
        "BASE_TYPE_MAX_LENGTH",
    ),
    (
        "link with custom id",
        _rows([_button(style=5, url="https://x.y")]),
        "components.0.components.0",
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ),
    (
        "many options",
        _rows([_select(options=[{"label": str(n), "value": str(n)} for n in range(26)])]),
        "components.0.components.0.options",
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        "same value twice",
        _rows([_select(options=[{"label": "a", "value": "v"}, {"label": "b", "value": "v"}])]),
        "components.0.components.0.options.1.value",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    ("button outside a row", {"content": "x", "components": [_button()]}, "components.0.type", "BASE_TYPE_CHOICES"),
    ("long nonce", {"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
]


@pytest.mark.parametrize(("body", "field", "code"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
async def test_a_bad_message_is_refused_with_its_field(
    rest: RestClient, body: dict[str, Any], field: str, code: str
) -> None:
    reply = await rest("POST", f"/channels/{rest.text_channel}/messages", body)
    assert (reply.status, reply.data["code"]) == (400, 50035)
    assert reply.faults() == {field: code}


@pytest.mark.parametrize("body", [{}, {"content": " "}, {"embeds": [{}]}, _rows([_button()]) | {"content": ""}])
async def test_an_empty_message_is_refused(rest: RestClient, body: dict[str, Any]) -> None:
    reply = await rest("POST", f"/channels/{rest.text_channel}/messages", body)
    assert (reply.status, reply.data["code"]) == (400, 50006)


async def test_a_full_player_is_accepted_and_numbered(rest: RestClient) -> None:
    buttons = [_button(custom_id=f"b{n}") for n in range(5)]
    body = _rows(buttons, [_select()], [_button(style=5, custom_id=None, url="https://x.y")])
    reply = await rest("POST", f"/channels/{rest.text_channel}/messages", body)
    assert reply.status == 200
    rows = reply.data["components"]
    ids = [row["id"] for row in rows] + [item["id"] for row in rows for item in row["components"]]
    assert len(set(ids)) == len(ids) == 10
    assert (rows[1]["components"][0]["min_values"], rows[1]["components"][0]["max_values"]) == (1, 1)


async def test_a_v2_layout_takes_no_content(rest: RestClient) -> None:
    layout = {"flags": 1 << 15, "components": [{"type": 10, "content": "text"}]}
    accepted = await rest("POST", f"/channels/{rest.text_channel}/messages", layout)
    refused = await rest("POST", f"/channels/{rest.text_channel}/messages", {**layout, "content": "x"})
    assert accepted.status == 200
    assert refused.faults() == {"content": "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"}
