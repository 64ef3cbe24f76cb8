"""Whatever JSON a bot sends, the rules answer with Discord's error and never break themselves."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.discord_rest.command_rules import check_commands
from simulator.discord_rest.errors import DiscordError
from simulator.discord_rest.message_rules import check_message, refuse_empty
from simulator.discord_rest.modal_rules import check_choices, check_modal

_KEYS = st.sampled_from(
    [
        *("content", "embeds", "components", "flags", "nonce", "attachments", "title", "description", "fields"),
        *("name", "value", "type", "custom_id", "style", "label", "options", "choices", "url", "author", "footer"),
        *("image", "id", "component", "accessory", "min_values", "name_localizations", "contexts", "emoji"),
    ]
)
_LEAVES = st.none() | st.booleans() | st.integers(-2, 40) | st.text(max_size=5) | st.floats(allow_nan=False)
_ANY = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=30,
)
_FORMS = st.dictionaries(_KEYS, _ANY, max_size=8)


def _only_refuses(check: Callable[[Any], object], form: Any) -> None:
    with suppress(DiscordError):
        check(form)


@settings(max_examples=150, deadline=None)
@given(_FORMS)
def test_any_message(form: dict[str, Any]) -> None:
    _only_refuses(lambda body: refuse_empty(check_message(body), files=0), form)


@settings(max_examples=150, deadline=None)
@given(st.lists(_FORMS, max_size=3) | _ANY)
def test_any_commands(forms: Any) -> None:
    _only_refuses(check_commands, forms)


@settings(max_examples=150, deadline=None)
@given(_FORMS)
def test_any_modal(form: dict[str, Any]) -> None:
    _only_refuses(check_modal, form)


@settings(max_examples=100, deadline=None)
@given(_FORMS)
def test_any_choices(form: dict[str, Any]) -> None:
    _only_refuses(lambda data: check_choices(data, 4), form)
