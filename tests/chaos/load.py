"""A steady load of commands on several guilds, and the account of what became of each."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from typing import Any

import psycopg

from simulator.scenario.listener import Listener

TITLES = ("Greensleeves", "Ode to Joy", "Canon in D", "Scarborough Fair", "Auld Lang Syne", "Für Elise")
"""None ends by itself before it is skipped."""
CYCLE = ("play", "pause", "resume", "skip")
PERIOD_SECONDS = 1.0
"""Each guild gets a command this often; the gateway lets 10 pass in 5 s."""
DISCORD_EPOCH_MS = 1_420_070_400_000
ENDINGS = {"play": "added", "pause": "paused", "resume": "resumed", "skip": "skipped"}


@dataclass
class GuildLoad:
    """What was sent to one guild: interaction id -> name, in order; and the titles in the order of their plays."""

    listener: Listener
    titles: list[str]
    sent: dict[str, str] = field(default_factory=dict)

    def send(self, name: str) -> None:
        """One more command."""
        if name != "play":
            self.sent[self.listener.send(name)] = name
            return
        title = TITLES[len(self.titles) % len(TITLES)]
        self.titles.append(title)
        self.sent[self.listener.send("play", query=title)] = name


class SteadyLoad:
    """Sends until `stop`, from a thread of its own."""

    def __init__(self, loads: list[GuildLoad]) -> None:
        self._loads = loads
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load")
        self.failure: Exception | None = None

    def start(self) -> None:
        """From now on."""
        self._thread.start()

    def stop(self) -> None:
        """At the end of a cycle; raises what sending raised."""
        self._stop.set()
        self._thread.join()
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        try:
            for name in itertools.cycle(CYCLE):
                if name == CYCLE[0] and self._stop.is_set():
                    return
                for load in self._loads:
                    load.send(name)
                    threading.Event().wait(PERIOD_SECONDS / len(self._loads))
        except Exception as error:
            self.failure = error


@dataclass
class Account:
    """Commands that never ended, ended twice or otherwise than once in their turn, by guild and id."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)


def account_of(loads: list[GuildLoad], database_url: str) -> Account:
    """Compare what was sent with the table `commands`.

    A play that happened twice, or in another's turn, shows in what later skips ended: every entry is skipped in the
    order in which it was asked for. A pause that was doubled or overtaken ends in a refusal.
    """
    account = Account()
    for load in loads:
        rows = _commands(load, database_url)
        account.lost += [one for one in load.sent if one not in rows]
        expected = iter(load.titles)
        skipped = [
            rows[one]["entry"] for one, name in load.sent.items() if name == "skip" and "entry" in rows.get(one, {})
        ]
        account.out_of_order += [
            f"{load.listener.guild_id}: {entry['track']['title']} instead of {title}"
            for entry, title in zip(skipped, expected, strict=False)
            if entry["track"]["title"] != title
        ]
        ids = [entry["id"] for entry in skipped]
        account.doubled += [f"{load.listener.guild_id}: entry {one}" for one in ids if ids.count(one) > 1]
        account.out_of_order += _ended_otherwise(load, rows)
        account.out_of_order += _overtaken(load, rows)
    return account


def _ended_otherwise(load: GuildLoad, rows: dict[str, dict[str, Any]]) -> list[str]:
    """Commands that did not end as they do in their turn.

    A skip means what was current when it was typed: typed before the skip ahead of it was carried out, as when a child
    was away for a whole cycle, it is refused by rule.
    """
    found = []
    skipped_ms = 0.0
    for one, name in load.sent.items():
        row = rows.get(one, {"type": ENDINGS[name]})  # a lost one is counted as lost
        late = row.get("reason") == "already_skipped" and (int(one) >> 22) + DISCORD_EPOCH_MS <= skipped_ms
        if row["type"] != ENDINGS[name] and not late:
            found.append(f"{one}: /{name} ended {row}")
        if row["type"] == "skipped" and "at" in row:
            skipped_ms = row["at"].timestamp() * 1000
    return found


def _overtaken(load: GuildLoad, rows: dict[str, dict[str, Any]]) -> list[str]:
    """Of what ends at once (a play ends when its search does): commands that ended before an earlier one."""
    at_once = [one for one, name in load.sent.items() if name != "play" and one in rows]
    return [
        f"{later} ended before {earlier}"
        for earlier, later in itertools.pairwise(at_once)
        if rows[later]["at"] < rows[earlier]["at"]
    ]


def _commands(load: GuildLoad, database_url: str) -> dict[str, dict[str, Any]]:
    query = "SELECT id, outcome, at FROM commands WHERE guild_id = %s"
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(query, (int(load.listener.guild_id),)).fetchall()
    return {name: {**outcome, "at": at} for name, outcome, at in rows}
