"""Everything that answers on the simulator's one HTTP port: REST, gateway, Stripe, control, the console, files."""

import asyncio
import socket
import time
from pathlib import Path

from aiohttp import web

from simulator.console.page_server import ConsolePages
from simulator.control.faults import FaultControl
from simulator.control.guard import guard
from simulator.control.interactions import InteractionControl
from simulator.control.listening import ListeningControl
from simulator.control.live import LiveControl
from simulator.control.node_fleet import NodeFleet, NoNodes
from simulator.control.observations import ObservationControl
from simulator.control.page_sockets import PageSockets
from simulator.control.places import PlaceControl
from simulator.control.sentences import sentences
from simulator.discord_gateway.server import DiscordGateway
from simulator.discord_rest.oauth2 import OAuth2
from simulator.discord_rest.rate_limits import RateLimits
from simulator.discord_rest.server import PREFIX, DiscordRest
from simulator.discord_voice.ears import Ears
from simulator.discord_voice.server import VoiceServer
from simulator.faults import FaultBoard
from simulator.openapi import Description, Violations
from simulator.stripe_api.control import StripeControl
from simulator.stripe_api.server import StripeApi
from simulator.world.founding import BOT, found_first_guild
from simulator.world.time_rules import Clock, TimeRules
from simulator.world.world import World

SANDBOX_TOKEN = "sandbox.token.segue"
_LARGEST_BODY = 30 * 1024 * 1024
_SHUTDOWN_S = 1.0


class DiscordSite:
    """Owns the listening socket from the start on, so that its port is known before anything is built."""

    def __init__(
        self,
        *,
        bot_token: str = SANDBOX_TOKEN,
        host: str = "127.0.0.1",
        port: int = 0,
        rules: TimeRules | None = None,
        clock: Clock = time.time,
        shards: int = 1,
        max_concurrency: int = 1,
        description: Description | None = None,
        limits: RateLimits | None = None,
    ) -> None:
        """OSError when the port is taken."""
        self._socket = _bound(host, port)
        self.port: int = self._socket.getsockname()[1]
        self.base_url = f"http://{host}:{self.port}"
        self.world = World(
            bot=BOT,
            bot_token=bot_token,
            clock=clock,
            rules=rules,
            base_url=self.base_url,
            gateway_url=f"ws://{host}:{self.port}/gateway",
            shards=shards,
            max_concurrency=max_concurrency,
        )
        self.guild = found_first_guild(self.world)
        self.faults = FaultBoard()
        self.violations = Violations(description)
        self.oauth2 = OAuth2(self.world)
        self.rest = DiscordRest(
            self.world, faults=self.faults, violations=self.violations, limits=limits, oauth2=self.oauth2
        )
        self.gateway = DiscordGateway(self.world, faults=self.faults)
        self.stripe = StripeApi(self.base_url, faults=self.faults, clock=clock)
        self.ears = Ears()
        self._pages = PageSockets()
        self._runner: web.AppRunner | None = None

    @property
    def rest_url(self) -> str:
        return self.base_url + PREFIX

    @property
    def control_url(self) -> str:
        return self.base_url + "/control"

    async def start(
        self,
        *,
        voice: VoiceServer | None = None,
        nodes: NodeFleet | None = None,
        media: Path | None = None,
    ) -> None:
        nodes = nodes or NoNodes()
        app = web.Application(middlewares=[guard, sentences], client_max_size=_LARGEST_BODY)
        parts = (
            InteractionControl(self.world, self.gateway.hub),
            PlaceControl(self.world),
            FaultControl(self.faults, self.gateway, voice, nodes),
            ObservationControl(
                self.world,
                rest=self.rest,
                gateway=self.gateway,
                violations=self.violations,
                ears=self.ears,
                nodes=nodes,
            ),
            LiveControl(self.world, self._pages),
            ListeningControl(self.world, self.ears, self._pages),
            ConsolePages(media),
            self.gateway,
            self.oauth2,
            self.rest,
            self.stripe,
            StripeControl(self.stripe),
        )
        for part in parts:
            app.add_routes(part.routes())
        if media is not None:
            app.router.add_static("/media", media)
        self.gateway.start()
        await self.stripe.start()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()

    async def stop(self) -> None:
        await self._pages.close()
        await self.gateway.stop()
        await self.stripe.stop()
        if self._runner is not None:
            await asyncio.shield(self._runner.cleanup())
        self._socket.close()


def _bound(host: str, port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    bound.setblocking(False)
    return bound
