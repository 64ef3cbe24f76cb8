"""Nonces: no two messages of the bot share one, in whatever channel, and each is one that Discord takes."""

from __future__ import annotations

from itertools import product

import pytest

from project.wire.nonces import PLAYER_MESSAGE, message_nonce, nonce_instead_of

LARGEST = 2**64 - 1
CHANNELS = (1, 36, 1_389_000_000_000_000_001, LARGEST)
NUMBERS = (0, 1, 36, 36**6 - 1)
GONE = (1 << 22, 2 << 22, LARGEST)


def test_none_comes_twice_and_each_is_short_enough() -> None:
    kinds = (PLAYER_MESSAGE, "PlaybackStopped", "TrackSkipped", "Silenced", "AutoplayEnded")
    made = [message_nonce(*named) for named in product(CHANNELS, kinds, NUMBERS)]
    made += [nonce_instead_of(*named) for named in product(GONE, CHANNELS, NUMBERS)]
    assert len(set(made)) == len(made)
    assert max(map(len, made)) <= 25


@pytest.mark.parametrize("channel_id", CHANNELS)
def test_a_moment_in_milliseconds_fits(channel_id: int) -> None:
    assert message_nonce(channel_id, "Silenced", 1_790_000_000_000) != message_nonce(
        channel_id, "Silenced", 1_790_000_000_001
    )
