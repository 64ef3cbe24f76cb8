"""Ids carry their time and never repeat."""

from simulator.world.snowflakes import SnowflakeMint, is_snowflake, made_at, snowflake_at
from tests.simulator.discord_client import ManualClock


def test_an_id_tells_when_it_was_made() -> None:
    clock = ManualClock(1_700_000_000.125)
    assert made_at(SnowflakeMint(clock).new()) == 1_700_000_000.125


def test_an_id_can_be_born_old() -> None:
    clock = ManualClock(1_700_000_000.0)
    assert made_at(SnowflakeMint(clock).new(age_ms=2500)) == 1_699_999_997.5


def test_one_millisecond_makes_many_ids() -> None:
    mint = SnowflakeMint(ManualClock())
    ids = [mint.new() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert sorted(ids, key=int) == ids


def test_discords_own_example() -> None:
    """175928847299117063 was made on 30 April 2016 at 11:18:25.796 UTC, says Discord's reference."""
    assert made_at("175928847299117063") == 1_462_015_105.796
    assert snowflake_at(1_462_015_105_796, 175928847299117063 & 0x3FFFFF) == "175928847299117063"


def test_what_is_no_id() -> None:
    assert is_snowflake("123")
    assert not any(is_snowflake(value) for value in (123, "", "12a", "²", "-1"))
