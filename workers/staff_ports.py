"""What an audio worker hears of staff and shows them; failures are those of workers.ports (Away, NotStored)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from project.wire.fleet_reports import NodeReport, SlotReport


@dataclass(frozen=True, slots=True)
class StaffWishes:
    """What staff wish to be so until they say otherwise."""

    drained: frozenset[str] = frozenset()
    """Names of nodes that guilds should leave."""
    blocked: frozenset[int] = frozenset()
    """Guilds where nothing is played."""


class StaffBoard(Protocol):
    """Where staff write what they wish."""

    async def wishes(self) -> StaffWishes:
        """As they are now; raises Away, NotStored."""


class FleetBoard(Protocol):
    """Where people see slots and nodes as this process does."""

    async def show(
        self,
        slots: Mapping[int, SlotReport],
        elsewhere: Mapping[int, Mapping[int, str]],
        nodes: Mapping[str, NodeReport],
        known: Mapping[str, int],
    ) -> None:
        """By slot, by slot and guild (only those not on their slot's primary node), by node name; raises Away.

        `known` are all nodes there are, also those that are not in use, with the present moment (ms since 1970).
        """


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that kept a guild from being heard, for support. It names no member."""

    guild_id: int
    at_ms: int
    kind: str
    title: str
    """Of what should have been heard; "" if nothing."""
    uri: str | None
    detail: str
    close_code: int | None
    """Of Discord's voice gateway."""
    node: str


class TroubleBook(Protocol):
    """Where support reads of troubles."""

    async def keep(self, troubles: Sequence[Trouble]) -> None:
        """Write them down, the newest of each guild; raises Away, NotStored."""
