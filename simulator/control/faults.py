"""Breaks things on request, at the place where they would break in the world, and mends them again."""

from typing import Any, cast

from aiohttp import web

from simulator.control.node_fleet import NodeFleet
from simulator.control.orders import BadOrder, Order
from simulator.discord_gateway.server import DiscordGateway
from simulator.discord_voice.server import VoiceServer
from simulator.faults import KINDS, Fault, FaultBoard, Target


class FaultControl:
    def __init__(self, board: FaultBoard, gateway: DiscordGateway, voice: VoiceServer | None, nodes: NodeFleet) -> None:
        self._board = board
        self._gateway = gateway
        self._voice = voice
        self._nodes = nodes

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/faults", self._list),
            web.post("/control/faults", self._add),
            web.delete("/control/faults", self._clear),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response([fault.as_json() for fault in self._board.all()])

    async def _add(self, request: web.Request) -> web.Response:
        order = await Order.of(request)
        target, kind = order.text("target"), order.text("kind")
        if target not in KINDS:
            raise BadOrder(f"The target is one of {', '.join(sorted(KINDS))}.")
        if target != "node" and kind not in KINDS[cast(Target, target)]:
            known = ", ".join(sorted(KINDS[cast(Target, target)]))
            raise BadOrder(f"The target {target} knows the kinds {known}, not {kind!r}.")
        params = order.without("target", "kind")
        struck = await self._strike(cast(Target, target), kind, params, order)
        return web.json_response({"target": target, "kind": kind, **struck})

    async def _strike(self, target: Target, kind: str, params: dict[str, Any], order: Order) -> dict[str, Any]:
        if target == "node":
            return await self._nodes.strike(kind, params)
        if target == "voice":
            return self._strike_voice(kind, params)
        count = order.number("count", 0) or None
        fault = Fault(target, kind, params, left=count)
        if target == "gateway" and kind != "delay":
            return {"struck": await self._gateway.strike(fault)}
        self._board.add(fault)
        return {"left": count}

    def _strike_voice(self, kind: str, params: dict[str, Any]) -> dict[str, Any]:
        if self._voice is None:
            raise BadOrder("The simulator runs no voice server.", 409)
        guild_id = params.pop("guild_id", None)
        try:
            self._voice.set_fault(kind, guild_id=None if guild_id is None else str(guild_id), **params)
        except (ValueError, TypeError) as wrong:
            raise BadOrder(f"{wrong}") from None
        return {}

    async def _clear(self, request: web.Request) -> web.Response:
        self._board.clear()
        if self._voice is not None:
            self._voice.clear_faults()
        await self._nodes.heal()
        return web.json_response({"cleared": True})
