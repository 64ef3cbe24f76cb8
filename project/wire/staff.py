"""Orders that only staff give: to have a guild heard again, and to have it played elsewhere."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from project.wire.wish import Wish

HealStep: TypeAlias = Literal["voice", "rejoin", "node"]
"""Credentials again; leave and join; another node. Each reaches further than the one before."""
HEAL_STEPS: tuple[HealStep, ...] = get_args(HealStep)


class Heal(Wish, tag="heal", frozen=True, kw_only=True):
    """Have it heard again; without a step the next one after what staff tried within the last minute."""

    step: HealStep | None = None


class ChangeNode(Wish, tag="change_node", frozen=True, kw_only=True):
    """Play on the node of that name; None: on the least loaded of the others."""

    node: str | None = None


StaffOrder: TypeAlias = Heal | ChangeNode
STAFF_KINDS: tuple[type[StaffOrder], ...] = get_args(StaffOrder)
"""Members and tokens are refused these."""
