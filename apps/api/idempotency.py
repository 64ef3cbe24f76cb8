"""Idempotency-Key: the same key is the same command, however often it is sent."""

from __future__ import annotations

import hashlib
import json
import re
import uuid

from rest_framework.request import Request

from apps.accounts.selectors import Caller
from apps.accounts.services import KeyReused, idempotency_key_use
from apps.api.problems import Problem

HEADER = "Idempotency-Key"
_FORM = re.compile(r"[\x21-\x7e]{1,200}")


def command_id_of(request: Request, caller: Caller) -> str | None:
    """The command's id, made of caller and key; None without a key. Raises Problem."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _FORM.fullmatch(key):
        raise Problem(422, "idempotency_key", f"{HEADER} takes 1 to 200 printable ASCII characters without spaces.")
    command_id = _uuid(f"{caller.identity}\n{key}")
    body = json.dumps(request.data, sort_keys=True)
    query = request.META.get("QUERY_STRING", "")
    path = f"{request.path}?{query}" if query else request.path
    fingerprint = hashlib.sha256(f"{request.method}\n{path}\n{body}".encode()).hexdigest()
    try:
        idempotency_key_use(command_id=command_id, fingerprint=fingerprint)
    except KeyReused as error:
        detail = "This key was used for another request. Take a new one."
        raise Problem(422, "idempotency_key_reused", detail) from error
    return command_id


def part_of(command_id: str | None, part: str) -> str | None:
    """The id of one of several commands that a request becomes."""
    return None if command_id is None else _uuid(f"{command_id}\n{part}")


def _uuid(text: str) -> str:
    return str(uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4))
