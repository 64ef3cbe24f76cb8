"""`python -m workers.audio`: the audio process, a supervisor with its children."""

from __future__ import annotations

import asyncio
import sys

from project import logging, metrics, settings
from workers.audio.supervisor import Supervisor


def main() -> int:
    """Run until told to stop; the exit code."""
    logging.configure("audio-supervisor")
    metrics.share("audio")  # the children count in the same folder
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
