"""The application's registered commands, global and per guild, and how a typed command line finds its own."""

from collections.abc import Callable, Iterable
from typing import Any

from simulator.world.snowflakes import SnowflakeMint

SUBCOMMAND = 1
SUBCOMMAND_GROUP = 2

_DEFAULTS: dict[str, Any] = {"options": [], "nsfw": False, "default_member_permissions": None}


class CommandRegistry:
    """Scope "" holds the global commands, a guild id those of one guild."""

    def __init__(self, application_id: str, mint: SnowflakeMint, changed: Callable[[], None]) -> None:
        self._application_id = application_id
        self._mint = mint
        self._changed = changed
        self._scopes: dict[str, dict[str, dict[str, Any]]] = {}

    def all(self, scope: str = "") -> list[dict[str, Any]]:
        return list(self._scopes.get(scope, {}).values())

    def get(self, command_id: str, scope: str = "") -> dict[str, Any] | None:
        return self._scopes.get(scope, {}).get(command_id)

    def named(self, name: str, kind: int, scopes: Iterable[str]) -> dict[str, Any] | None:
        """The first command of that name and type among the scopes, in their order."""
        for scope in scopes:
            for command in self._scopes.get(scope, {}).values():
                if command["name"] == name and command["type"] == kind:
                    return command
        return None

    def upsert(self, given: dict[str, Any], scope: str = "") -> tuple[dict[str, Any], bool]:
        """Stores a validated command; same name and type replaces. Returns it and whether it is new."""
        kind = given.get("type") or 1
        known = self.named(given["name"], kind, [scope])
        command = self._stored(given, scope, known["id"] if known else self._mint.new())
        self._scopes.setdefault(scope, {})[command["id"]] = command
        self._changed()
        return command, known is None

    def replace_all(self, given: list[dict[str, Any]], scope: str = "") -> list[dict[str, Any]]:
        kept = {}
        for one in given:
            command, _ = self.upsert(one, scope)
            kept[command["id"]] = command
        self._scopes[scope] = kept
        self._changed()
        return list(kept.values())

    def change(self, command_id: str, changes: dict[str, Any], scope: str = "") -> dict[str, Any] | None:
        known = self.get(command_id, scope)
        if known is None:
            return None
        changed = self._stored({**known, **changes}, scope, command_id)
        self._scopes[scope][command_id] = changed
        self._changed()
        return changed

    def remove(self, command_id: str, scope: str = "") -> bool:
        known = self._scopes.get(scope, {}).pop(command_id, None) is not None
        self._changed()
        return known

    def _stored(self, given: dict[str, Any], scope: str, command_id: str) -> dict[str, Any]:
        permissions = given.get("default_member_permissions")
        command = {
            **_DEFAULTS,
            "contexts": None,
            "integration_types": [0],
            "dm_permission": True,
            **{key: value for key, value in given.items() if value is not None},
            "id": command_id,
            "application_id": self._application_id,
            "version": self._mint.new(),
            "type": given.get("type") or 1,
            "description": given.get("description") or "",
            "default_member_permissions": None if permissions is None else str(permissions),
        }
        if scope:
            command["guild_id"] = scope
        return command
