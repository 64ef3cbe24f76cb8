"""`/api/docs`: the description as a page for people, without scripts and without anything from elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.accounts.scopes import Scope
from apps.api.schema import description

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1d1d27;background:#fff}
code{font-family:ui-monospace,monospace;font-size:.92em}article{border-top:1px solid #d5d5e0;padding:1rem 0}
h2{font-size:1rem;margin:0}b{display:inline-block;min-width:4.5rem}table{border-collapse:collapse;margin:.5rem 0}
td,th{text-align:left;vertical-align:top;padding:.15rem 1rem .15rem 0}
@media(prefers-color-scheme:dark){body{color:#e7e7ef;background:#17171d}article{border-color:#3a3a48}a{color:#a9b4ff}}
"""


def show_docs(_request: HttpRequest) -> HttpResponse:
    """The page."""
    operations = [
        _operation(method, path, operation)
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    ]
    page = format_html(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        "<title>Segue API</title><style>{}</style><h1>Segue API</h1>"
        "<p>Send <code>Authorization: Bearer …</code>. People get a token that lasts an hour at "
        "<a href='/api/v1/login'>/api/v1/login</a> and make tokens for programs with it; these have scopes: {}. "
        "Errors are <code>application/problem+json</code>. The description for programs is at "
        "<a href='/api/schema'>/api/schema</a>.</p>{}",
        SafeString(STYLE),
        format_html_join(", ", "<code>{}</code>", ((scope.value,) for scope in Scope)),
        format_html_join("", "{}", ((operation,) for operation in operations)),
    )
    response = HttpResponse(page)
    response["Content-Security-Policy"] = POLICY
    return response


def _operation(method: str, path: str, operation: dict[str, Any]) -> SafeString:
    parts = [_table("Parameters", map(_parameter, operation.get("parameters", ()))), _table("Body", _body(operation))]
    answers = ((status, answer.get("description", "")) for status, answer in sorted(operation["responses"].items()))
    return format_html(
        "<article id='{}'><h2><b>{}</b> <code>{}</code></h2><p>{}</p>{}{}"
        "<details><summary>Answers</summary>{}</details></article>",
        operation["operationId"],
        method.upper(),
        path,
        operation.get("description", ""),
        *parts,
        _table("", answers),
    )


def _parameter(parameter: dict[str, Any]) -> tuple[str, str]:
    return parameter["name"], parameter.get("description", parameter["in"])


def _body(operation: dict[str, Any]) -> list[tuple[str, str]]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return []
    name = content["schema"].get("$ref", "").rpartition("/")[2]
    shape = description()["components"]["schemas"].get(name, {})
    return [(member, _member(schema)) for member, schema in shape.get("properties", {}).items()]


def _member(schema: dict[str, Any]) -> str:
    return str(schema.get("description") or schema.get("type") or ", ".join(map(str, schema.get("enum", ()))))


def _table(title: str, rows: Any) -> SafeString:
    lines = format_html_join("", "<tr><td><code>{}</code></td><td>{}</td></tr>", rows)
    return format_html("<table><caption>{}</caption>{}</table>", title, lines) if lines else SafeString("")
