"""Settings from the environment, and the sentences about bad ones."""

from pathlib import Path

import pytest

from simulator.process.settings import BadSetting, settings_from


def test_nothing_set_gives_the_documented_defaults() -> None:
    settings = settings_from({})
    assert (settings.port, settings.nodes, settings.node_port, settings.voice_port) == (8900, 1, 2333, 0)
    assert (settings.bot_token, settings.max_concurrency) == ("sandbox.token.segue", 1)
    assert settings.state_dir == Path(".run/simulator").absolute()


def test_outside_nodes_replace_our_own() -> None:
    assert settings_from({"LAVALINK_NODES": "127.0.0.1:2333"}).nodes == 0
    assert settings_from({"LAVALINK_NODES": "127.0.0.1:2333", "SIM_NODES": "2"}).nodes == 2


def test_a_webhook_needs_its_secret() -> None:
    both = {"SIM_STRIPE_WEBHOOK_URL": "http://127.0.0.1:1/", "SIM_STRIPE_WEBHOOK_SECRET": "whsec_x"}
    assert settings_from(both).stripe_webhook == ("http://127.0.0.1:1/", "whsec_x")
    with pytest.raises(BadSetting, match="SIM_STRIPE_WEBHOOK_SECRET"):
        settings_from({"SIM_STRIPE_WEBHOOK_URL": "http://127.0.0.1:1/"})


@pytest.mark.parametrize(
    ("name", "value"), [("SIM_PORT", "http"), ("SIM_PORT", "70000"), ("SIM_NODES", "-1"), ("SIM_MAX_CONCURRENCY", "0")]
)
def test_a_bad_value_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"{name} must be a whole number"):
        settings_from({name: value})
