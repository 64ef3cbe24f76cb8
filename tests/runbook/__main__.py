"""`make runbook`: all of RUNBOOK.md is typed into a cluster in which Segue plays music, and each row is judged.

Prints `RUNBOOK {json}`: rows `proven` by the literal command on the real thing, answered by a `stand_in`, only checked
as text (`static`), or kept in another form (`departs`), each but the first with its reason; `failed` if its judge
says no. Ends with 0 if at least 64 of the 72 are proven or stand-ins and nothing failed; with 1 otherwise, also where
no API server is built.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from tests.cluster import Cluster, Completed, NotBuilt
from tests.cluster.control_plane import ClusterFailed
from tests.runbook import document
from tests.runbook.document import LAPTOP, Block, Typed
from tests.runbook.judges import AGAIN, JUDGES, MAY_FAIL, PREPARE
from tests.runbook.judges.recovery import connected
from tests.runbook.operator_hands import Hands
from tests.runbook.printed import as_printed
from tests.runbook.stage import Stage
from tests.runbook.verdicts import KINDS, ROWS, STATIC, Verdicts

CHECKLIST = Path(__file__).with_name("checklist.md")
SERVED = ("scripts/with_services.sh",)
READ = ("tests/runbook", "tests/k8s")
"""What can be checked without a cluster: names, labels, SQL, keys, policies, and the stores' scripts on real stores."""
CHANGES = ("rollout restart", "rollout undo", "delete pod", " scale ", " apply ")


class Run:
    """The runbook from its first line to its last."""

    def __init__(self, cluster: Cluster, only: set[int]) -> None:
        self._stage = Stage(cluster)
        self._hands = Hands(cluster, self._stage.stir)
        self._only = only
        self._rows = {
            block.rows[0]: {as_printed(one.text) for one in block.commands} for block in document.read(CHECKLIST)
        }
        self.verdicts = Verdicts()

    def all(self) -> None:
        """Every block, whatever the ones before have shown."""
        self._stage.open()
        for block in document.read():
            if not self._only or self._only & set(block.rows):
                self._block(block)
                self._hands.let_go()

    def _block(self, block: Block) -> None:
        open_rows = {row: set(self._rows[row]) for row in block.rows if self._rows[row]}
        dones: dict[int, list[Completed]] = {row: [] for row in open_rows}
        for command in block.commands:
            rows = [row for row, left in open_rows.items() if as_printed(command.text) in left]
            self._command(block, command, rows, dones)
            for row in rows:
                open_rows[row].discard(as_printed(command.text))
                if not open_rows[row]:
                    self._judge(row, dones[row])

    def _command(self, block: Block, command: Typed, rows: list[int], dones: dict[int, list[Completed]]) -> None:
        where = f"RUNBOOK.md:{command.line}"
        self.verdicts.commands += 1
        try:
            for row in rows:
                if not dones[row] and row in PREPARE:
                    PREPARE[row](self._stage)
            done = self._carry_out(block, command, rows)
        except Exception as error:  # a row that cannot be tried has failed
            self._failed(rows, f"{where}: {error!r}"[:900])
            return
        say(f"{where} rc {done.rc} $ {done.line}")
        for row in rows:
            dones[row].append(done)
        if done.rc != 0 and not MAY_FAIL & set(rows):
            self._failed(rows, f"{where}: ended with {done.rc}: {(done.stdout + done.stderr)[-600:]}")
        if any(word in done.line for word in CHANGES) and "--replicas=0" not in done.line:
            self._stage.cluster.wait_rolled_out(600)

    def _carry_out(self, block: Block, command: Typed, rows: list[int]) -> Completed:
        if block.kind == LAPTOP:
            targets = " ".join(re.findall(r"make (\w+)", command.text)) or "help"
            done = self._stage.cluster.run(f"make -C {document.ROOT} --dry-run {targets}")
            return Completed(command.text, command.text, done.stderr, done.rc)
        text = self._stage.fill(command.text)
        lines = [self._stage.fill(line) for line in command.lines]
        for _ in range(30 if AGAIN & set(rows) else 1):
            done = self._hands.do(command, text, lines)
            if done.rc == 0:
                break
            if AGAIN & set(rows):
                say(f"once more: {done.stdout.strip()[-200:]} {connected(self._stage)}")
            time.sleep(1)
        return done

    def _judge(self, row: int, dones: list[Completed]) -> None:
        self.verdicts.tried.add(row)
        if row in self.verdicts.failures:
            return
        try:
            if row in JUDGES:
                JUDGES[row](self._stage, dones)
        except Exception as error:  # whatever it is, the row is not proven
            self._failed([row], f"{type(error).__name__}: {error}"[:900])

    def _failed(self, rows: list[int], why: str) -> None:
        say(f"FAILED {rows or 'beyond the checklist'}: {why}")
        for row in rows:
            self.verdicts.tried.add(row)
            self.verdicts.failures.setdefault(row, why)
        if not rows:
            self.verdicts.beyond.append(why)


def say(sentence: str) -> None:
    """Progress, for whoever waits."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {sentence}\n")
    sys.stderr.flush()


def main(words: list[str]) -> int:
    """`words` are rows to try alone, for who mends one."""
    started = time.monotonic()
    try:
        cluster = Cluster()
    except NotBuilt as sentence:
        return _without(str(sentence), started)
    try:
        with cluster:
            say(f"the cluster is there after {time.monotonic() - started:.0f} s")
            run = Run(cluster, {int(word) for word in words})
            run.all()
    except ClusterFailed as error:
        say(f"the cluster did not come up: {error}")
        return 1
    sys.stdout.write(f"RUNBOOK {run.verdicts.as_json(time.monotonic() - started)}\n")
    return 0 if run.verdicts.enough() else 1


def _without(sentence: str, started: float) -> int:
    """Nothing could be tried: said aloud, and counted as not proven."""
    say(f"NOT PROVEN: {sentence}")
    say("NOT PROVEN: none of RUNBOOK.md's commands is run. What can be read of it is checked:")
    KINDS.update(dict.fromkeys(range(1, ROWS + 1), (STATIC, "no API server is built here: only read")))
    verdicts = Verdicts()
    read = subprocess.run([*SERVED, sys.executable, "-m", "pytest", "-q", *READ], cwd=document.ROOT, check=False)
    if read.returncode != 0:
        verdicts.beyond.append(f"the static checks ({' '.join(READ)}) failed")
    sys.stdout.write(f"RUNBOOK {verdicts.as_json(time.monotonic() - started)}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
