"""Builds the running simulator from its settings and takes it down again, in one place."""

import asyncio
import logging
from pathlib import Path
from typing import Any

from simulator.catalogue import ensure_catalogue
from simulator.certificates import Certificates, choose_certificates, server_context
from simulator.control.node_fleet import NodeFleet, NoNodes
from simulator.discord_rest.oauth2 import CLIENT_SECRET
from simulator.discord_voice.server import VoiceServer
from simulator.openapi import load_description
from simulator.process.discord_site import DiscordSite
from simulator.process.node_children import NodeChild, NodeChildren, free_port
from simulator.process.settings import BadSetting, Settings
from simulator.process.voice_link import VoiceLink, WorldAdmission
from simulator.world.guilds import ChannelType
from simulator.world.time_rules import TimeRules

log = logging.getLogger(__name__)


class Simulator:
    """Discord with voice, and the nodes; `start` gives back everything it began when it fails."""

    def __init__(self, settings: Settings) -> None:
        """BadSetting names a taken port, a certificate or description that cannot be read."""
        self._settings = settings
        self._site = _site(settings)
        if settings.stripe_webhook is not None:
            self._site.stripe.register(*settings.stripe_webhook)
        try:
            self._certificates = choose_certificates(
                settings.state_dir / "certificates", settings.tls_cert, settings.tls_key
            )
        except ValueError as wrong:
            raise BadSetting(str(wrong)) from None
        self._voice = VoiceServer(
            admission=WorldAdmission(self._site.world),
            ears=self._site.ears,
            tls=server_context(self._certificates),
            host=settings.host,
            wss_port=settings.voice_port,
            udp_port=settings.voice_port,
            public_host=settings.voice_host,
        )
        self._children = [_child(settings, index, self._certificates) for index in range(settings.nodes)]
        self._nodes = NodeChildren(self._children)
        self._link: VoiceLink | None = None

    async def start(self) -> None:
        """BadSetting when the voice port is taken, TimeoutError when a node does not come up."""
        catalogue = _catalogue_folder(self._settings)
        await asyncio.to_thread(ensure_catalogue, catalogue)
        try:
            await self._voice.start()
        except OSError:
            port = self._settings.voice_port
            raise BadSetting(f"The port {port} (SIM_VOICE_PORT) is taken; choose another.") from None
        self._link = VoiceLink(self._site.world, self._voice)
        fleet: NodeFleet = self._nodes
        if not self._children:
            fleet = NoNodes(_why_no_nodes(self._settings))
        await self._site.start(voice=self._voice, nodes=fleet, media=catalogue)
        await self._nodes.start()

    async def stop(self) -> None:
        await self._nodes.stop()
        await self._site.stop()
        await self._voice.stop()

    def describe(self) -> dict[str, Any]:
        """What a caller needs to point the bot and its workers here."""
        site = self._site
        ca_path = self._certificates.ca_path
        return {
            "rest_url": site.rest_url,
            "gateway_url": site.world.gateway_url,
            "control_url": site.control_url,
            "stripe_url": site.base_url,
            "stripe_key": site.stripe.secret_key,
            "nodes": [{"host": child.host, "port": child.port, "password": child.password} for child in self._children],
            "voice_endpoint": self._voice.endpoint,
            "ca_file": None if ca_path is None else str(ca_path.absolute()),
            "application_id": site.world.application_id,
            "client_secret": CLIENT_SECRET,
            "guild_id": site.guild.id,
            "channels": {
                kind.name.lower(): [c.id for c in site.guild.channels.values() if c.type is kind]
                for kind in ChannelType
            },
        }


def _site(settings: Settings) -> DiscordSite:
    try:
        description = load_description(settings.openapi)
    except (OSError, ValueError) as error:
        raise BadSetting(f"DISCORD_OPENAPI names a file that cannot be read: {error}.") from None
    try:
        return DiscordSite(
            bot_token=settings.bot_token,
            host=settings.host,
            port=settings.port,
            rules=TimeRules(heartbeat_interval_ms=settings.heartbeat_ms),
            shards=settings.shards,
            max_concurrency=settings.max_concurrency,
            description=description,
        )
    except OSError:
        raise BadSetting(f"The port {settings.port} (SIM_PORT) is taken; choose another.") from None


def _child(settings: Settings, index: int, certificates: Certificates) -> NodeChild:
    wanted = settings.node_port + index if settings.node_port else 0
    try:
        port = free_port(settings.host, wanted)
    except OSError:
        raise BadSetting(f"The port {wanted} (SIM_NODE_PORT) is taken; choose another.") from None
    name = f"node-{index}"
    arguments = ["--host", settings.host, "--port", str(port), "--password", settings.node_password]
    arguments += ["--name", name, "--catalogue", str(_catalogue_folder(settings))]
    arguments += ["--clocked"] if settings.clocked else []
    arguments += ["--lyrics"] if settings.lyrics else []
    if certificates.ca_path is not None:
        arguments += ["--voice-ca", str(certificates.ca_path)]
    return NodeChild(name=name, host=settings.host, port=port, password=settings.node_password, arguments=arguments)


def _catalogue_folder(settings: Settings) -> Path:
    return settings.state_dir / "catalogue"


def _why_no_nodes(settings: Settings) -> str:
    if settings.outside_nodes:
        return "LAVALINK_NODES names nodes outside the simulator; it cannot see or break those."
    return "The simulator runs no Lavalink nodes (SIM_NODES=0)."
