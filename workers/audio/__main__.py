"""`python -m workers.audio`: the audio process, a supervisor with its children."""

from __future__ import annotations

import asyncio
import sys

from project import logging, settings
from workers.audio.supervisor import Supervisor


def main() -> int:
    """Run until told to stop; the exit code."""
    logging.configure("audio-supervisor")
    supervisor = Supervisor(
        children=settings.AUDIO_CHILDREN,
        app="workers.audio.app",
        redis_url=settings.REDIS_URL,
        host=settings.LISTEN_HOST,
        port=settings.AUDIO_PORT,
    )
    return asyncio.run(supervisor.run())


if __name__ == "__main__":
    sys.exit(main())
