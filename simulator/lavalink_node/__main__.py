"""Starts one node as a process of its own: `python -m simulator.lavalink_node --port 2333 …`."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from simulator.lavalink_node.node import Node
from simulator.lavalink_node.routes import serve
from simulator.lavalink_node.settings import NodeSettings

_LOG = logging.getLogger("simulator.lavalink_node")
_REQUESTS = logging.getLogger("simulator.lavalink_node.requests")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulator.lavalink_node", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=2333, help="0 takes a free one")
    parser.add_argument("--password", default="youshallnotpass")
    parser.add_argument("--catalogue", type=Path, help="folder of the synthesised tracks, made if missing")
    parser.add_argument("--voice-ca", type=Path, help="PEM file of the voice server's authority")
    parser.add_argument("--name", default="node")
    parser.add_argument("--no-local", action="store_true", help="switch the source for local files off")
    parser.add_argument("--clocked", action="store_true", help="play by the clock alone, without sound")
    parser.add_argument("--lyrics", action="store_true", help="have the plugin LavaLyrics")
    parser.add_argument(
        "--log-requests", action="store_true", help="a line for each request, as Lavalink can be told to"
    )
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> int:
    """Serve until a signal comes; returns the exit code a real server has for it."""
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _end, ended, number)
    settings = NodeSettings(
        password=arguments.password,
        name=arguments.name,
        catalogue=arguments.catalogue,
        voice_ca=arguments.voice_ca,
        local_source=not arguments.no_local,
        clocked=arguments.clocked,
        lyrics=arguments.lyrics,
    )
    try:
        runner, port = await serve(
            Node(settings), arguments.host, arguments.port, requests=_REQUESTS if arguments.log_requests else None
        )
    except OSError as error:
        _LOG.error("cannot listen on %s:%s: %s", arguments.host, arguments.port, error)
        return 2
    _LOG.info("%s is ready on %s:%s", arguments.name, arguments.host, port)
    code = await ended
    await runner.cleanup()
    return code


def _end(ended: asyncio.Future[int], number: signal.Signals) -> None:
    if not ended.done():
        ended.set_result(128 + number)


def main() -> None:
    """Run the process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    sys.exit(asyncio.run(_run(_arguments())))


if __name__ == "__main__":
    main()
