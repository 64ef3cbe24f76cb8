"""Holds every request and answer of the fake REST API against Discord's own OpenAPI description.

The description is not ours and stays outside the repository; DISCORD_OPENAPI names the file, and without it
nothing is checked.
"""

import json
import logging
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass

log = logging.getLogger(__name__)

_ROOT = "urn:discord"
_KEPT = 1_000


class Description:
    """The parsed description; validators are compiled on first use and kept."""

    def __init__(self, document: dict[str, Any]) -> None:
        from jsonschema import Draft202012Validator
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012

        _correct(document)
        self._registry: Any = Registry().with_resource(_ROOT, DRAFT202012.create_resource(document))
        self._document = document
        self._validator_class = Draft202012Validator
        self._validators: dict[str, Draft202012Validator] = {}

    def knows(self, method: str, path: str) -> bool:
        return method.lower() in self._document["paths"].get(path, {})

    def request_faults(self, method: str, path: str, body: Any) -> Iterator[str]:
        """What is wrong with a request's body; `path` is the template."""
        content = self._operation(method, path).get("requestBody", {}).get("content", {})
        if body is None or "application/json" not in content:
            return iter(())
        steps = ("requestBody", "content", "application/json", "schema")
        return self._faults(self._pointer(method, path, *steps), body)

    def answer_faults(self, method: str, path: str, status: int, body: Any) -> Iterator[str]:
        """What is wrong with an answer: its status, its being there, its shape."""
        responses = self._operation(method, path).get("responses", {})
        key = next((k for k in (str(status), f"{status // 100}XX") if k in responses), None)
        if key is None:
            return iter([f"status {status} is not among {sorted(responses)}"])
        if "$ref" in responses[key]:
            pointer = responses[key]["$ref"].removeprefix("#")
            return self._faults(f"{pointer}/content/application~1json/schema", body)
        if "application/json" not in responses[key].get("content", {}):
            return iter(()) if body is None else iter([f"status {status} has no body"])
        steps = ("responses", key, "content", "application/json", "schema")
        return self._faults(self._pointer(method, path, *steps), body)

    def object_faults(self, schema: str, value: Any) -> Iterator[str]:
        """What is wrong with an object by the name of its schema, such as UserResponse."""
        return self._faults(f"/components/schemas/{schema}", value)

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        operation: dict[str, Any] = self._document["paths"].get(path, {}).get(method.lower(), {})
        return operation

    def _pointer(self, method: str, path: str, *steps: str) -> str:
        parts = ("paths", path, method.lower(), *steps)
        return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)

    def _faults(self, pointer: str, value: Any) -> Iterator[str]:
        validator = self._validators.get(pointer)
        if validator is None:
            schema = {"$ref": f"{_ROOT}#{_escaped(pointer)}"}
            validator = self._validator_class(schema, registry=self._registry)
            self._validators[pointer] = validator
        for error in validator.iter_errors(value):
            yield f"{error.json_path}: {error.message[:300]}"


def _escaped(pointer: str) -> str:
    return pointer.replace("{", "%7B").replace("}", "%7D").replace("@", "%40")


def _correct(document: dict[str, Any]) -> None:
    """Two places where Discord itself departs from its description.

    Field errors carry codes such as BASE_TYPE_REQUIRED, not integers; default_member_permissions is
    documented, and accepted, as a string of digits.
    """
    schemas = document["components"]["schemas"]
    inner = {"type": "object", "required": ["code", "message"], "properties": {"code": {"type": "string"}}}
    schemas["InnerErrors"]["properties"]["_errors"]["items"] = inner
    for name, schema in schemas.items():
        if name.startswith("ApplicationCommand") and "Request" in name:
            permissions = schema.get("properties", {}).get("default_member_permissions")
            if permissions is not None:
                permissions["type"] = ["integer", "string", "null"]


class Violations:
    """Every departure seen, newest last; with no description it stays silent and empty."""

    def __init__(self, description: Description | None) -> None:
        self._description = description
        self._seen: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self.checked = 0

    @property
    def active(self) -> bool:
        return self._description is not None

    def all(self) -> list[dict[str, Any]]:
        return list(self._seen)

    def clear(self) -> None:
        self._seen.clear()

    def check_request(self, method: str, path: str, body: Any) -> None:
        if self._description is None:
            return
        self.checked += 1
        if not self._description.knows(method, path):
            self._note(method, path, "request", None, "the description knows no such operation")
            return
        for fault in self._description.request_faults(method, path, body):
            self._note(method, path, "request", None, fault)

    def check_answer(self, method: str, path: str, status: int, body: Any) -> None:
        if self._description is None or not self._description.knows(method, path):
            return
        for fault in self._description.answer_faults(method, path, status, body):
            self._note(method, path, "answer", status, fault)

    def _note(self, method: str, path: str, side: str, status: int | None, fault: str) -> None:
        log.warning("OpenAPI violation in the %s of %s %s (%s): %s", side, method, path, status, fault)
        self._seen.append({"method": method, "path": path, "side": side, "status": status, "fault": fault})


def load_description(path: str | None) -> Description | None:
    """Reads the file that DISCORD_OPENAPI names; None when the variable is empty. OSError when unreadable."""
    if not path:
        return None
    return Description(json.loads(Path(path).read_text()))
