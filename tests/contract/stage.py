"""Everything a replay needs around the node: media, a web server, voice with ears, and the node itself."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aiohttp import web

from simulator.certificates import Certificates, server_context
from simulator.discord_voice import Admitted, Ears, Refusal, VoiceServer
from simulator.lavalink_node.node import Node
from simulator.lavalink_node.routes import serve
from simulator.lavalink_node.settings import NodeSettings
from tests.contract.client import NodeClient
from tests.contract.media_server import MediaServer
from tests.contract.music import write_playlists
from tests.contract.substitution import Substitution

REAL_URL = os.environ.get("LAVALINK_URL")
REAL_PASSWORD = os.environ.get("LAVALINK_PASSWORD", "youshallnotpass")
SLOW = REAL_URL is None or os.environ.get("LAVALINK_SLOW") == "1"
"""Whether waits of a minute may be taken; our node's are shortened instead."""

SHORT = NodeSettings(cleanup_after=4.0, stuck_after=2.0, http_timeout=1.0, player_update_every=1.0)
"""The durations of our node here; the recorded ones are the defaults."""
_VOICE_CLOSES_WITHIN = 0.2
"""Seconds a server of its own process gets to leave voice before our voice server stops."""


class Doorman:
    """Says what the recorded voice server said to the tokens `badtoken` and `badsession`."""

    def admit(self, guild_id: str, user_id: str, session_id: str, token: str) -> Refusal | Admitted:
        if token == "badtoken":
            return Refusal(4004, "Authentication failed.")
        if token == "badsession":
            return Refusal(4006, "Session is no longer valid.")
        return Admitted("111")

    def is_heard(self, guild_id: str, user_id: str) -> bool:
        return True


@dataclass
class Stage:
    """What a replay touches; `node` is None when a real server is tested."""

    client: NodeClient
    web: MediaServer
    voice: VoiceServer
    ears: Ears
    folder: Path
    node: Node | None
    settings: NodeSettings

    def substitution(self) -> Substitution:
        """Return a fresh one, for one replay."""
        return Substitution(self.folder, self.web.url, self.voice.endpoint, self.client.password)

    def voice_state(self, guild_id: str, **changed: str) -> dict[str, str]:
        """Return a voice state as the recordings send it."""
        return {
            "token": "tok",
            "endpoint": self.voice.endpoint,
            "sessionId": f"vs{guild_id}",
            "channelId": "111",
            **changed,
        }


@asynccontextmanager
async def open_stage(folder: Path, certificates: Certificates, settings: NodeSettings = SHORT) -> AsyncIterator[Stage]:
    """Start everything; the media lie in `folder`."""
    ears = Ears()
    voice = VoiceServer(admission=Doorman(), ears=ears, tls=server_context(certificates), public_host="127.0.0.1")
    media = MediaServer(folder)
    await voice.start()
    await media.start()
    write_playlists(folder, media.url)
    node, runner, url = await _node(certificates, settings)
    client = NodeClient(url, settings.password if REAL_URL is None else REAL_PASSWORD)
    try:
        yield Stage(client, media, voice, ears, folder, node, settings)
    finally:
        await client.close()
        if runner is not None:
            await runner.cleanup()
        else:
            await asyncio.sleep(_VOICE_CLOSES_WITHIN)
        await media.stop()
        await voice.stop()


async def _node(certificates: Certificates, settings: NodeSettings) -> tuple[Node | None, web.AppRunner | None, str]:
    if REAL_URL is not None:
        return None, None, REAL_URL
    trusting = replace(settings, voice_ca=certificates.ca_path)
    node = Node(trusting)
    runner, port = await serve(node, "127.0.0.1", 0)
    return node, runner, f"http://127.0.0.1:{port}"
