"""Waiting until something outside a websocket has come true, as long as a busy machine may need."""

import asyncio
from collections.abc import Callable

from tests.contract.client import PATIENCE


async def until(holds: Callable[[], bool], what: str) -> None:
    """Return as soon as it holds; AssertionError, naming `what`, when it never does."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not holds():  # noqa: ASYNC110 - nothing out there sets an event for us
                await asyncio.sleep(0.01)
    except TimeoutError as error:
        raise AssertionError(f"never happened: {what}") from error
