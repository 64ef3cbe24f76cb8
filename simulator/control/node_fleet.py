"""The Lavalink nodes as the control API sees them, be they children of the simulator or none at all."""

from typing import Any, Protocol

from simulator.control.orders import BadOrder


class NodeFleet(Protocol):
    async def strike(self, kind: str, params: dict[str, Any]) -> dict[str, Any]:
        """Carries out a fault; raises BadOrder when no such node or fault exists."""
        ...

    async def heal(self) -> None: ...

    async def requests(self) -> list[dict[str, Any]]:
        """What all nodes were asked, oldest first; raises BadOrder when they are not ours."""
        ...

    def describe(self) -> list[dict[str, Any]]: ...


class NoNodes:
    """Nodes that run outside the simulator, or none: nothing can be asked of them or done to them."""

    def __init__(self, why: str = "The simulator runs no Lavalink nodes.") -> None:
        self._why = why

    async def strike(self, kind: str, params: dict[str, Any]) -> dict[str, Any]:
        raise BadOrder(self._why, 409)

    async def heal(self) -> None:
        """There is nothing to heal."""

    async def requests(self) -> list[dict[str, Any]]:
        raise BadOrder(self._why, 409)

    def describe(self) -> list[dict[str, Any]]:
        return []
