"""Rules and dashboards pick series by values and buckets that the code tells: a word that none says is an alert that
never fires."""

from __future__ import annotations

import ast
import re
from functools import cache
from http import HTTPStatus

import pytest
from prometheus_client import Histogram
from prometheus_client.utils import floatToGoString

from apps.billing.webhook_counts import WEBHOOK_LAG_SECONDS
from bot.metrics import FIRST_RESPONSE_SECONDS
from tests.monitoring.rule_files import ROOT, Asked, alerts, asked_in, panels, recordings, told_elsewhere
from workers.audio.counted import SOUND_SECONDS
from workers.audio.metrics import LOOP_LATE

HISTOGRAMS: dict[str, Histogram] = {
    "audio_loop_late_seconds_bucket": LOOP_LATE,
    "audio_time_to_sound_seconds_bucket": SOUND_SECONDS,
    "billing_webhook_lag_seconds_bucket": WEBHOOK_LAG_SECONDS,
    "gateway_first_response_seconds_bucket": FIRST_RESPONSE_SECONDS,
}
"""Those of which a rule takes a single bucket."""
SAID_IN: dict[tuple[str, str], tuple[str, ...]] = {
    ("api_request_latency_seconds_bucket", "method"): ("project/api_metrics.py",),
    ("api_request_latency_seconds_bucket", "route"): ("apps/api/urls.py",),
    ("audio_out_seconds_count", "answer"): ("workers/adapters/out_stream.py",),
    ("audio_search_seconds_count", "found"): ("workers/player/facts.py",),
    ("audio_sessions", "state"): ("workers/audio/metrics.py",),
    ("audio_slot_changes_total", "change"): ("workers/audio/audio_worker.py",),
    ("audio_slots", "state"): ("workers/audio/worker.py",),
    ("audio_tracks_total", "what"): ("workers/audio/happened.py", "workers/player/facts.py"),
    ("billing_webhooks_total", "outcome"): ("apps/billing/webhooks.py", "apps/billing/processing.py"),
    ("billing_webhooks_total", "stage"): ("apps/billing/webhooks.py", "apps/billing/processing.py"),
    ("gateway_commands_refused_total", "reason"): ("bot/forward.py",),
    ("gateway_discord_limited_total", "scope"): ("bot/call_counts.py",),
    ("gateway_out_stream_seconds_bucket", "kind"): ("project/wire/outbound.py",),
    ("gateway_sessions_total", "how"): ("bot/shard.py",),
    ("gateway_shards", "state"): ("bot/process.py",),
    ("lavalink_call_seconds_count", "answer"): ("workers/adapters/lavalink_rest.py",),
    ("segue_job_runs_total", "outcome"): ("apps/jobs/services.py",),
    ("source_answers_total", "answer"): ("workers/adapters/track_finder.py",),
    ("source_answers_total", "source"): ("workers/adapters/sources.py",),
    ("store_seconds_bucket", "statement"): ("workers/adapters/store_metrics.py",),
    ("store_seconds_count", "answer"): ("workers/adapters/player_store.py",),
    ("worker_queue_length", "queue"): ("project/task_queues.py",),
}
"""(Metric, label) -> the modules where its values stand: where it is counted, or where the words come from."""
NOT_OURS = {("api_requests_total", "status"): {str(status.value) for status in HTTPStatus}}


def asked() -> set[Asked]:
    """Everything that rules and panels pick of our metrics, recorded ones among them."""
    recorded = [expression for rules in recordings().values() for _labels, expression in rules]
    shown = [expression for panel in panels() for expression in panel.expressions]
    found = {one for each in [*(alert.expr for alert in alerts()), *recorded, *shown] for one in asked_in(each)}
    return {one for one in found if not told_elsewhere(one.metric)}


@cache
def words(file: str) -> frozenset[str]:
    """The strings and the names of classes of a module; what is only told from zero says nothing."""
    return frozenset(_said(ast.parse((ROOT / file).read_text(encoding="utf-8"))))


def _said(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "from_zero":
        return set()
    own = {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()
    if isinstance(node, ast.ClassDef):
        own.add(node.name)
    return own.union(*(_said(child) for child in ast.iter_child_nodes(node)))


def told(metric: str, label: str) -> set[str]:
    """The values that a label may have."""
    if label == "le":
        bounds = HISTOGRAMS[metric]._upper_bounds
        return {floatToGoString(bound) for bound in bounds}  # type: ignore[no-untyped-call] # it has no types
    if metric in recordings():
        return {value for labels, _ in recordings()[metric] for name, value in labels if name == label}
    if (metric, label) in NOT_OURS:
        return NOT_OURS[metric, label]
    return {word for file in SAID_IN[metric, label] for word in words(file)}


def never_told(one: Asked, values: set[str]) -> list[str]:
    """What of an alternation fits no value; one that says nothing of itself fits."""
    return [part for part in one.value.split("|") if not any(re.fullmatch(part, value) for value in values)]


def test_rules_and_panels_pick_something() -> None:
    found = asked()
    assert len({(one.metric, one.label) for one in found if one.label not in ("le", "slo")}) > 20
    assert {one.metric for one in found if one.label == "le"} == HISTOGRAMS.keys()
    assert SAID_IN.keys() <= {(one.metric, one.label) for one in found}, "nobody asks for it any more"


@pytest.mark.parametrize(
    "one", sorted(asked(), key=str), ids=lambda one: f"{one.metric}-{one.label}-{one.value}".replace("|", ",")
)
def test_a_value_that_is_picked_is_told(one: Asked) -> None:
    assert never_told(one, told(one.metric, one.label)) == []


def test_a_value_or_bucket_that_nobody_tells_is_found() -> None:
    reason = Asked("gateway_commands_refused_total", "reason", "not published|not sent")
    assert never_told(reason, told(reason.metric, reason.label)) == ["not sent"]
    bucket = Asked("gateway_first_response_seconds_bucket", "le", "2.6")
    assert never_told(bucket, told(bucket.metric, bucket.label)) == ["2.6"]
