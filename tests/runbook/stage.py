"""What the runbook is tried on: the cluster, and a guild in which Alice hears a long tone."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from simulator.control_client import ControlRefused, wait_for
from simulator.stack import TOKEN, WEBHOOK_SECRET
from tests.cluster import Cluster
from tests.flows.conftest import Room, found_room, text_of

LONG = "440 Hz Test Tone"
QUERY = "SELECT * FROM queue_entries WHERE guild_id = 0"
SQL = "kubectl exec -i postgres-0 -n discord-bot -- psql -U postgres discord -At -v ON_ERROR_STOP=1"
REDIS = "kubectl exec -i redis-0 -n discord-bot -- redis-cli"


SLOTS = 8


def _one_of_each_slot(cluster: Cluster) -> list[Room]:
    """Guilds of every slot, and so of every shard."""
    rooms: dict[int, Room] = {}
    for _ in range(200):
        room = found_room(cluster.control)
        slot = (int(room.guild_id) >> 22) % SLOTS
        if slot in rooms:
            cluster.control.delete(f"/guilds/{room.guild_id}")
        rooms.setdefault(slot, room)
        if len(rooms) == SLOTS:
            return list(rooms.values())
    raise ControlRefused("no guild of every slot could be had")


class Stage:
    """The whole system at work, and what an operator would fill into the runbook's placeholders."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.rooms = _one_of_each_slot(cluster)
        self.room = self.rooms[0]
        self.pid = 0
        """Of the slow query, once there is one."""
        self.remembered: dict[str, Any] = {}
        """What a row's judge has to compare with, as it was before."""
        self.last_command = ""

    def fill(self, text: str) -> str:
        """`text` with every placeholder filled; raises KeyError for one that nobody knows."""
        return re.sub(r"<([a-z-]+)>", lambda found: self._value(found[1]), text)

    def _value(self, name: str) -> str:
        guild = int(self.room.guild_id)
        values: dict[str, Callable[[], str]] = {
            "api-pod": lambda: self.cluster.pods("discord-api")[0],
            "gateway-pod": lambda: self.cluster.pods("discord-gateway")[0],
            "pod-name": lambda: self.cluster.pods("discord-gateway")[0],
            "audio-pod": lambda: self.cluster.pods("discord-audio")[0],
            "lavalink-pod": lambda: self.cluster.pods("lavalink")[0],
            "new-token": lambda: TOKEN,
            "new-password": lambda: "rotated-for-the-application",
            "new-audio-password": lambda: "rotated-for-the-audio-workers",
            "new-superuser-password": lambda: "rotated-for-people",
            "whsec": lambda: WEBHOOK_SECRET,
            "guild-id": lambda: str(guild),
            "slot": lambda: str((guild >> 22) % 8),
            "shard": lambda: "0",
            "pid": lambda: str(self.pid),
            "query": lambda: QUERY,
            "command-id": lambda: self.last_command,
        }
        return values[name]()

    # -- members -------------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """Alice hears the long tone, over and over; does nothing if she does."""
        if self._hears(300):
            return
        self.room.join("Alice")
        self.say("play", query=LONG)
        self.say("loop", mode="track")
        wait_for(lambda: self._hears(300), "sound", seconds=60)

    def say(self, command: str, **options: Any) -> str:
        """A command of Alice's, given again while she is told to try again; what she reads."""
        deadline = time.monotonic() + 90
        while True:
            self.last_command = self.room.send("Alice", command, **options)
            try:
                return text_of(self.cluster.control.answer(self.last_command, seconds=20))
            except ControlRefused:
                if time.monotonic() > deadline:
                    raise

    def open(self) -> None:
        """Alice is in voice everywhere, and hears the tone in the first guild."""
        for room in self.rooms:
            room.join("Alice")
        self.play()

    def stir(self) -> None:
        """Something happens in every slot and shard while somebody watches: the bot leaves voice, joins and plays.

        `kubectl logs deployment/…` shows one pod of several; whichever it is, it has something to say.
        """
        time.sleep(2)  # the watcher has to be there first
        for command, options in (("leave", {}), ("play", {"query": LONG})):
            for room in self.rooms:
                self.last_command = room.send("Alice", command, **options)
            time.sleep(1.5)

    def queue(self) -> str:
        """What /queue says."""
        return self.say("queue")

    def _hears(self, ms: int) -> bool:
        heard = self.room.ears().get("heard_ms", 0)
        time.sleep(ms / 1000 + 0.3)
        return bool(self.room.ears().get("heard_ms", 0) > heard)

    # -- what there is to see ------------------------------------------------------------------------------------------

    def sql(self, statement: str) -> str:
        """Its answer, without decoration."""
        return self.cluster.run(SQL, stdin=statement).check().stdout.strip()

    def redis(self, words: str) -> str:
        """The answer of redis-cli."""
        return self.cluster.run(f"{REDIS} {words}").check().stdout.strip()

    def objects(self, words: str) -> Any:
        """`kubectl get words -o json`."""
        return json.loads(self.cluster.run(f"kubectl get {words} -n discord-bot -o json").check().stdout)

    def replicas(self, deployment: str) -> int:
        """How many are wished."""
        return int(self.objects(f"deployment {deployment}")["spec"]["replicas"])

    def logged(self, app: str, words: str) -> bool:
        """Whether any pod of `app` has said so."""
        line = f"kubectl logs -l app={app} -n discord-bot --tail=-1 --max-log-requests=20"
        return words in self.cluster.run(line).stdout

    def plant(self, pod: str, line: str) -> None:
        """Have a pod's first process say `line`."""
        for pid in self.cluster.started(pod).values():
            with open(f"/proc/{pid}/fd/1", "a", encoding="utf-8") as out:
                out.write(f"{line}\n")

    def slow_query(self, seconds: int) -> None:
        """One that runs for `seconds`, and has for half a minute."""
        ask = f"{SQL} -c 'SELECT pg_sleep({seconds})'"
        threading.Thread(target=lambda: self.cluster.run(ask, seconds=seconds + 60), daemon=True).start()
        old = "query LIKE 'SELECT pg_sleep%' AND query_start < now() - interval '31 s'"
        find = f"SELECT pid FROM pg_stat_activity WHERE {old}"  # noqa: S608 # our own words
        self.pid = int(wait_for(lambda: self.sql(find), "a slow query", seconds=90, pause=1))

    def pay(self) -> None:
        """Somebody who manages the guild buys PREMIUM."""
        control = self.cluster.control
        owner = next(known["owner"]["id"] for known in control.get("/guilds") if known["id"] == self.room.guild_id)
        self.room.members["Olivia"] = owner
        control.answer(self.room.send("Olivia", "premium upgrade", plan="PREMIUM"), seconds=30)

        def session() -> Any:
            every = control.get("/stripe/objects/checkout.session")
            return [one for one in every if one["client_reference_id"] == self.room.guild_id]

        control.post(f"/stripe/checkouts/{wait_for(session, 'a checkout')[-1]['id']}/pay", {})
