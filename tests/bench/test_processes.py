"""What the bench reads of processes and their logs."""

import json
import os
from pathlib import Path

from tests.bench.log_lines import LogTail
from tests.bench.processes import cpu_seconds, private_bytes


def test_a_process_has_used_time_and_memory() -> None:
    assert cpu_seconds(os.getpid()) > 0
    assert private_bytes(os.getpid()) > 1024 * 1024


def test_a_log_is_read_from_now_on_and_the_first_line_of_a_command_counts(tmp_path: Path) -> None:
    path = tmp_path / "audio.log"

    def line(event: str, command: str, second: int) -> str:
        return (
            json.dumps({"event": event, "command": command, "timestamp": f"1970-01-01T00:00:{second:02}.500000Z"})
            + "\n"
        )

    path.write_text(line("Received command", "before", 1), encoding="utf-8")
    tail = LogTail(path)
    with path.open("a", encoding="utf-8") as log:
        log.writelines([line("Other", "a", 2), line("Received command", "a", 3), line("Received command", "a", 4)])
    assert tail.commands("Received command") == {"a": 3.5}
