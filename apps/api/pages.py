"""Cursors: a page goes on behind the last thing of the page before, whatever was added or removed meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from apps.api.fields import HIGHEST_ID
from apps.api.problems import Problem

MOST = 100
USUAL = 50


class PageQuery(serializers.Serializer[Any]):
    """Which page."""

    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=USUAL)
    cursor = serializers.CharField(required=False, max_length=200, help_text="`next` of the page before.")


def page_of(request: Request) -> tuple[int, tuple[int, int] | None]:
    """How many, and behind which place; raises ValidationError, Problem."""
    query = PageQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    text = query.validated_data.get("cursor")
    return query.validated_data["limit"], None if text is None else _place(text)


def cursor_at(first: int, second: int) -> str:
    """The cursor behind a place, which two numbers name."""
    return base64.urlsafe_b64encode(json.dumps([first, second]).encode()).rstrip(b"=").decode()


def _place(text: str) -> tuple[int, int]:
    try:
        numbers = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Problem(422, "cursor", "This is no cursor of ours.") from error
    whole = isinstance(numbers, list) and len(numbers) == 2 and all(type(number) is int for number in numbers)
    if not whole or any(abs(number) > HIGHEST_ID for number in numbers):
        raise Problem(422, "cursor", "This is no cursor of ours.")
    return numbers[0], numbers[1]
