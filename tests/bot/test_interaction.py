"""Reading INTERACTION_CREATE."""

from __future__ import annotations

from typing import Any

import pytest

from bot.interaction import InteractionType, MalformedInteraction, interaction_of, snowflake_ms

ALICE: dict[str, Any] = {"id": "77", "username": "alice", "global_name": "Alice"}


def raw(**changes: Any) -> dict[str, Any]:
    """A /play by Alice."""
    base = {
        "id": "1574712835022258193",
        "type": 2,
        "token": "secret-token",
        "guild_id": "5",
        "channel_id": "6",
        "locale": "es-ES",
        "guild_locale": "en-US",
        "member": {"user": ALICE, "nick": None, "roles": ["9"], "permissions": "2184563712"},
        "data": {"id": "1", "type": 1, "name": "play", "options": [{"name": "query", "type": 3, "value": "song"}]},
    }
    return {**base, **changes}


def test_a_slash_command_is_read() -> None:
    read = interaction_of(raw())
    assert (read.type, read.name, read.options) == (InteractionType.COMMAND, "play", {"query": "song"})
    assert (read.guild_id, read.channel_id, read.user_id, read.user_name) == (5, 6, 77, "Alice")
    actor = read.actor(8)
    assert (actor.role_ids, actor.permissions, actor.voice_channel_id) == ((9,), 2184563712, 8)
    assert (actor.locale, read.guild_locale) == ("es-ES", "en-US")


def test_text_that_no_store_takes_is_cleaned() -> None:
    dirty = "a\x00b\ud800\u2028 c\r\nd\x1b[1m \U0001f468\u200d\U0001f469 \x9f"
    options = [{"name": "query", "type": 3, "value": dirty}, {"name": "page", "type": 4, "value": 3}]
    read = interaction_of(
        raw(data={"name": "play", "options": options}, member={"user": ALICE, "nick": "\x00Al\udfff"})
    )
    assert read.options == {"query": "ab\u2028 c  d[1m \U0001f468\u200d\U0001f469 ", "page": 3}
    assert read.user_name == "Al"


def test_the_token_is_not_shown() -> None:
    assert "secret-token" not in repr(interaction_of(raw()))


def test_a_direct_message_has_no_guild() -> None:
    data = raw(user=ALICE)
    del data["guild_id"], data["member"]
    read = interaction_of(data)
    assert (read.guild_id, read.user_id, read.permissions) == (None, 77, 0)


def test_a_button_is_named_by_its_custom_id() -> None:
    read = interaction_of(raw(type=3, data={"custom_id": "segue:skip:5:1", "component_type": 2}))
    assert (read.type, read.name) == (InteractionType.COMPONENT, "segue:skip:5:1")


@pytest.mark.parametrize("changes", [{"id": None}, {"type": 99}, {"member": {"user": {}}}, {"data": {"options": [3]}}])
def test_what_is_no_interaction_is_named_as_such(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedInteraction):
        interaction_of(raw(**changes))


def test_a_snowflake_tells_its_time() -> None:
    assert snowflake_ms(175928847299117063) == 1462015105796  # Discord's own example (docs: Snowflakes)
