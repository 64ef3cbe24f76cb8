"""Fields that take exactly what they say: no string for a number, no unknown member, no id beyond Discord's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

HIGHEST_ID = 2**63 - 1
_DIGITS = re.compile(r"[0-9]{1,19}")


class Body(serializers.Serializer[Any]):
    """A request's body; members that it does not name are refused, so that a slip of the pen is noticed."""

    def to_internal_value(self, data: Any) -> Any:
        """Raises ValidationError."""
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                raise serializers.ValidationError({name[:50]: ["There is no such member."] for name in unknown[:10]})
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "pattern": "^[0-9]{1,19}$", "example": "1191417600000000000"})
class Snowflake(serializers.Field[int, str, str, Any]):
    """An id of Discord's: text outside, since JavaScript cannot hold it as a number."""

    def to_internal_value(self, data: Any) -> int:
        """Raises ValidationError."""
        if not isinstance(data, str) or not _DIGITS.fullmatch(data) or not 0 < int(data) <= HIGHEST_ID:
            raise serializers.ValidationError("An id is a string of digits.")
        return int(data)

    def to_representation(self, value: int) -> str:
        """As text."""
        return str(value)


class Whole(serializers.IntegerField):
    """A number as JSON has it, without a fraction."""

    def to_internal_value(self, data: Any) -> int:
        """Raises ValidationError."""
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError("A whole number is wanted.")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """true or false, and nothing else."""

    def to_internal_value(self, data: Any) -> bool:
        """Raises ValidationError."""
        if not isinstance(data, bool):
            raise serializers.ValidationError("true or false is wanted.")
        return data


class Text(serializers.CharField):
    """A string; DRF's own takes numbers, too."""

    def to_internal_value(self, data: Any) -> str:
        """Raises ValidationError."""
        if not isinstance(data, str):
            raise serializers.ValidationError("A string is wanted.")
        return super().to_internal_value(data)


class SnowflakeConverter:
    """A guild's id in a path."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """Raises ValueError: then there is no such path."""
        if not 0 < int(value) <= HIGHEST_ID:
            raise ValueError("no id of Discord's")
        return int(value)

    def to_url(self, value: int) -> str:
        """For reverse()."""
        return str(value)
