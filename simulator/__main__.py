"""Runs the simulator: `python -m simulator`; one line on standard output says where everything is."""

import asyncio
import json
import logging
import os
import signal
import sys

from simulator.process.compose import Simulator
from simulator.process.settings import BadSetting, settings_from


async def run() -> int:
    """Serves until SIGTERM or SIGINT; 2 for a setting that cannot be used."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, ended.set)
    try:
        simulator = Simulator(settings_from(os.environ))
    except BadSetting as wrong:
        print(f"simulator: {wrong}", file=sys.stderr)
        return 2
    serving = asyncio.create_task(_serve(simulator, ended))
    try:
        return await serving
    finally:
        await simulator.stop()


async def _serve(simulator: Simulator, ended: asyncio.Event) -> int:
    """Waits for the start and for the end, whichever comes first."""
    start = asyncio.create_task(simulator.start())
    end = asyncio.create_task(ended.wait())
    await asyncio.wait({start, end}, return_when=asyncio.FIRST_COMPLETED)
    if not start.done():
        start.cancel()
        await asyncio.gather(start, return_exceptions=True)
        return 0
    try:
        await start
    except BadSetting as wrong:
        return _give_up(str(wrong), end)
    except TimeoutError:
        return _give_up("a Lavalink node did not start within a minute.", end)
    print(f"SIMULATOR {json.dumps(simulator.describe())}", flush=True)
    await end
    return 0


def _give_up(sentence: str, end: "asyncio.Task[bool]") -> int:
    end.cancel()
    print(f"simulator: {sentence}", file=sys.stderr)
    return 2


def main() -> None:
    logging.basicConfig(
        level=os.environ.get("SIM_LOG_LEVEL", "WARNING"),
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        stream=sys.stderr,
    )
    sys.exit(asyncio.run(run()))


if __name__ == "__main__":
    main()
