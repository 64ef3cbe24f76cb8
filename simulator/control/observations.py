"""What can be seen from outside: what channels hear, what services were asked, who is connected."""

from dataclasses import asdict

from aiohttp import web

from simulator.control.node_fleet import NodeFleet
from simulator.control.orders import BadOrder, guild_of
from simulator.discord_gateway.server import DiscordGateway
from simulator.discord_rest.server import DiscordRest
from simulator.discord_voice.ears import Ears
from simulator.openapi import Violations
from simulator.world.world import World


class ObservationControl:
    def __init__(
        self,
        world: World,
        *,
        rest: DiscordRest,
        gateway: DiscordGateway,
        violations: Violations,
        ears: Ears,
        nodes: NodeFleet,
    ) -> None:
        self._world = world
        self._rest = rest
        self._gateway = gateway
        self._violations = violations
        self._ears = ears
        self._nodes = nodes

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/ears/{guild_id}", self._hear),
            web.post("/control/ears/{guild_id}/reset", self._reset_ears),
            web.get("/control/requests", self._requests),
            web.delete("/control/requests", self._forget_requests),
            web.get("/control/violations", self._list_violations),
            web.delete("/control/violations", self._forget_violations),
            web.get("/control/commands", self._commands),
            web.get("/control/state", self._state),
        ]

    async def _hear(self, request: web.Request) -> web.Response:
        guild = guild_of(self._world, request.match_info["guild_id"])
        return web.json_response(asdict(self._ears.report(guild.id)))

    async def _reset_ears(self, request: web.Request) -> web.Response:
        guild = guild_of(self._world, request.match_info["guild_id"])
        self._ears.reset(guild.id)
        return web.json_response(asdict(self._ears.report(guild.id)))

    async def _requests(self, request: web.Request) -> web.Response:
        target = request.query.get("target", "rest")
        if target == "rest":
            return web.json_response(self._rest.log.all())
        if target == "node":
            return web.json_response(await self._nodes.requests())
        raise BadOrder("The target is node or rest.")

    async def _forget_requests(self, request: web.Request) -> web.Response:
        self._rest.log.clear()
        return web.json_response({"cleared": True})

    async def _list_violations(self, request: web.Request) -> web.Response:
        found = self._violations.all()
        return web.json_response(
            {"active": self._violations.active, "checked": self._violations.checked, "violations": found}
        )

    async def _forget_violations(self, request: web.Request) -> web.Response:
        self._violations.clear()
        return web.json_response({"cleared": True})

    async def _commands(self, request: web.Request) -> web.Response:
        return web.json_response(self._world.commands.all(request.query.get("guild_id", "")))

    async def _state(self, request: web.Request) -> web.Response:
        sessions = self._gateway.hub.describe()
        return web.json_response(
            {
                "sessions": sessions,
                "shards_connected": sorted({s["shard"][0] for s in sessions if s["connected"]}),
                "identify_violations": self._gateway.hub.limits.violations,
                "commands": [command["name"] for command in self._world.commands.all()],
                "guilds": len(self._world.guilds),
                "nodes": self._nodes.describe(),
                "violations": len(self._violations.all()),
            }
        )
