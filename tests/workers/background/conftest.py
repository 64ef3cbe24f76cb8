"""Runs jobs as two workers would that got the same message."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection

WORKERS = 2


def twice_at_once(body: Callable[[], object]) -> list[object]:
    """Run it in two threads that start together, each with a connection of its own; raises what one raises."""
    gate = threading.Barrier(WORKERS)
    answers: list[object] = []
    failures: list[Exception] = []

    def work() -> None:
        try:
            gate.wait()
            answers.append(body())
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return answers
