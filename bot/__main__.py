"""`python -m bot`: runs the gateway until it is asked to end, and hands its shards over then."""

from __future__ import annotations

import asyncio
import signal

import structlog

from bot.gateway_socket import GatewayRefused
from bot.last_resort import end_within
from bot.process import Deployment, Gateway
from project import logging, settings
from project.env import refuse_to_start
from project.spawned import ended

log = structlog.get_logger("bot")

CLOSE_SECONDS = 2.7
"""An orderly end never takes longer."""
LAST_SECONDS = 8.0
"""And no end at all. What is given up takes up to 2 s to go, more on a busy machine; Kubernetes waits 30 s."""


async def serve(deployment: Deployment) -> None:
    """Run the gateway until SIGTERM or SIGINT; raises GatewayRefused."""
    gateway = Gateway(deployment)
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    running = asyncio.create_task(gateway.run(), name="gateway")
    asking = asyncio.create_task(asked.wait(), name="asked to end")
    await asyncio.wait({running, asking}, return_when=asyncio.FIRST_COMPLETED)
    if not running.done():
        log.info("Ending: shards are handed over")
        end_within(LAST_SECONDS)
    await ended(asking, running)
    closing = asyncio.create_task(gateway.close(), name="close")
    await asyncio.wait({closing}, timeout=CLOSE_SECONDS)
    await ended(closing)
    if not running.cancelled():
        running.result()


def deployment() -> Deployment:
    """As the environment says; without a token the process does not start."""
    if not settings.DISCORD_TOKEN:
        refuse_to_start("DISCORD_TOKEN is not set. Set it, or DISCORD_TOKEN_FILE to a file that holds it.")
    return Deployment(
        token=settings.DISCORD_TOKEN,
        bot_id=settings.DISCORD_BOT_ID,
        api_url=settings.DISCORD_API_URL,
        gateway_url=settings.DISCORD_GATEWAY_URL,
        redis_url=settings.REDIS_URL,
        shards=settings.DISCORD_SHARDS,
        slots=settings.SLOTS,
        listen_host=settings.LISTEN_HOST,
        port=settings.GATEWAY_PORT,
        cdn_url=settings.DISCORD_CDN_URL,
        search_prefix=settings.SEARCH_PREFIX,
    )


def main() -> None:
    """The entry point."""
    logging.configure("gateway")
    try:
        asyncio.run(serve(deployment()))
    except GatewayRefused as refused:
        refuse_to_start(refused.sentence)


if __name__ == "__main__":
    main()
