"""A request that brings text files along, as Discord takes them (docs: Uploading Files)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from project.wire.messages import TextFile


def attaching(payload: dict[str, Any], files: Sequence[TextFile]) -> dict[str, Any]:
    """The message body that names its files; sent again, it has them once all the same."""
    if not files:
        return payload
    return {**payload, "attachments": [{"id": str(number), "filename": file.name} for number, file in enumerate(files)]}


def form_of(body: dict[str, Any], files: Sequence[TextFile]) -> dict[str, Any]:
    """What discord.py's HTTP client takes: JSON, or a form of JSON and files."""
    if not files:
        return {"json": body}
    parts = [{"name": "payload_json", "value": json.dumps(body), "content_type": "application/json"}]
    return {"form": [*parts, *(_part(number, file) for number, file in enumerate(files))]}


def _part(number: int, file: TextFile) -> dict[str, Any]:
    return {
        "name": f"files[{number}]",
        "value": file.text.encode(),
        "filename": file.name,
        "content_type": "text/plain; charset=utf-8",
    }
