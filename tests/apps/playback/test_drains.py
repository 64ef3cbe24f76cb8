"""A drain is durable, is told to the audio workers, and is none the second time."""

from __future__ import annotations

import pytest
import redis
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.playback import drains
from apps.playback.drains import node_drain, node_undrain
from apps.playback.fleet import nodes_overview
from project.wire import keys

pytestmark = pytest.mark.django_db
NODE = "a:2333"


@pytest.fixture
def told(store: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the audio workers hear."""
    heard: list[str] = []
    monkeypatch.setattr(drains, "client", Listening(heard))
    return heard


class Listening:
    """Redis's end of a channel."""

    def __init__(self, heard: list[str]) -> None:
        self._heard = heard

    def publish(self, channel: str, _: str) -> int:
        """Somebody listens."""
        self._heard.append(channel)
        return 1


def test_a_drained_node_is_so_until_it_is_used_again(
    told: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert node_drain(node=NODE, by="sam", reason="new kernel")
    (node,) = nodes_overview()
    assert (node.draining, node.drained_by, node.drain_reason) == (True, "sam", "new kernel")
    with django_capture_on_commit_callbacks(execute=True):
        assert node_undrain(node=NODE)
    assert nodes_overview() == []
    assert told == [keys.STAFF_CHANNEL] * 2


def test_who_drained_it_first_stays(told: list[str]) -> None:
    node_drain(node=NODE, by="sam", reason="new kernel")
    assert not node_drain(node=NODE, by="bo", reason="other")
    assert nodes_overview()[0].drained_by == "sam"
    assert node_undrain(node=NODE)
    assert not node_undrain(node=NODE)


def test_without_redis_the_drain_is_kept(
    no_redis: None,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(drains, "client", redis.Redis(port=1, socket_connect_timeout=0.2))
    with django_capture_on_commit_callbacks(execute=True):
        assert node_drain(node=NODE, by="sam", reason="")
    assert nodes_overview()[0].draining
