"""Every metric that a dashboard or a rule names is told by a real process, under the labels that it is asked by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from project.job_schedule import HEARTBEAT
from simulator.control_client import ControlClient, wait_for
from simulator.stack import Stack
from tests.flows.conftest import found_room
from tests.flows.test_billing import pay
from tests.flows.test_jobs import ask
from tests.flows.test_metrics import LONG, fetch, value_of
from tests.monitoring.rule_files import Named, alerts, named_in, panels, recordings, told_elsewhere

PROCESSES = ("gateway", "audio", "api", "worker", "beat", "flower")

Told = dict[str, list[frozenset[str]]]
"""Sample -> the names of labels with which it was seen."""


def told(stack: Stack) -> Told:
    """Everything on /metrics of every process."""
    found: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
    for process in PROCESSES:
        for family in text_string_to_metric_families(fetch(stack, process)):
            for sample in family.samples:
                found[sample.name].append(frozenset(sample.labels))
    return dict(found)


def missing(wanted: Iterable[Named], seen: Told) -> set[str]:
    """Those of `wanted` that nobody tells, or not by all of the labels."""
    return {
        f"{named.metric} by {', '.join(sorted(named.labels)) or 'nothing'}"
        for named in wanted
        if not any(named.labels <= labels for labels in seen.get(named.metric, ()))
    }


def ours(expressions: Iterable[str]) -> set[Named]:
    """What they name of our processes' metrics; recorded ones are made of those."""
    named = {one for expression in expressions for one in named_in(expression)}
    return {one for one in named if one.metric not in recordings() and not told_elsewhere(one.metric)}


@pytest.fixture(scope="module")
def seen(stack: Stack, control: ControlClient) -> Told:
    """What is told after a usual day: music, a setting, a plan that is bought, a job."""
    room = found_room(control)
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    room.slash("Alice", "skip")
    room.slash("Alice", "play", query=LONG)
    room.control.answer(room.send("Alice", "settings show"))
    pay(control, room)
    ask(stack, HEARTBEAT)

    def settled() -> bool:
        worker, audio = fetch(stack, "worker"), fetch(stack, "audio")
        return (
            value_of(worker, "billing_webhooks_total", stage="processed", outcome="done") > 0
            and value_of(worker, "segue_job_runs_total", outcome="done") > 0
            and value_of(audio, "audio_time_to_sound_seconds_count") > 0
            and "lavalink_node_players{" in audio
        )

    wait_for(settled, "the day's traces in the metrics", seconds=60)
    found = told(stack)
    control.delete(f"/guilds/{room.guild_id}")
    return found


def test_every_panel_shows_what_somebody_tells(seen: Told) -> None:
    shown = {panel: ours(panel.expressions) for panel in panels()}
    assert sum(map(len, shown.values())) > 100
    lost = {f"{panel.dashboard}, {panel.title}": missing(named, seen) for panel, named in shown.items()}
    assert {panel: names for panel, names in lost.items() if names} == {}


def test_every_rule_asks_for_what_somebody_tells(seen: Told) -> None:
    recorded = [expression for rules in recordings().values() for _labels, expression in rules]
    asked = ours([*(alert.expr for alert in alerts()), *recorded])
    assert len(asked) > 40
    assert missing(asked, seen) == set()


def test_a_name_or_label_that_nobody_tells_is_found(seen: Told) -> None:
    planted = ours(['rate(gateway_interactons_total{kind="command"}[5m])', "sum by (guild) (audio_players)"])
    assert missing(planted, seen) == {"gateway_interactons_total by kind", "audio_players by guild"}


def test_what_is_told_from_the_first_moment_includes_latency(stack: Stack) -> None:
    assert "latency" in fetch(stack, "api")


def test_music_without_faults_has_no_gap(stack: Stack, seen: Told) -> None:
    audio = fetch(stack, "audio")
    assert value_of(audio, "audio_played_seconds_total") > 0
    assert value_of(audio, "audio_sound_missed_total") == 0
