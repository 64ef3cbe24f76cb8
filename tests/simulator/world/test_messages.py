"""The message store: order, nonces, and which message carries a button."""

from simulator.world.founding import BOT
from simulator.world.messages import Message, MessageStore


def _message(number: int, channel: str = "1", custom_id: str | None = None, flags: int = 0) -> Message:
    components = []
    if custom_id:
        components = [{"type": 1, "components": [{"type": 2, "custom_id": custom_id}]}]
    return Message(str(number), channel, "9", BOT, 0.0, components=components, flags=flags)


def test_pages_leave_ephemeral_messages_out() -> None:
    store = MessageStore()
    for number in range(1, 6):
        store.put(_message(number, flags=64 if number == 3 else 0))
    assert [m.id for m in store.page("1", limit=3, before=None, after=None)] == ["5", "4", "2"]
    assert [m.id for m in store.page("1", limit=9, before=4, after=None)] == ["2", "1"]
    assert [m.id for m in store.newest("1", ephemeral_too=True)] == ["5", "4", "3", "2", "1"]


def test_the_newest_carrier_of_a_button_is_found() -> None:
    store = MessageStore()
    store.put(_message(1, custom_id="skip"))
    store.put(_message(2, custom_id="skip", flags=64))
    store.put(_message(3))
    found = store.carrying("1", "skip")
    assert found is not None
    assert found.id == "2"
    assert store.carrying("1", "stop") is None


def test_an_edit_keeps_the_place() -> None:
    store = MessageStore()
    for number in (1, 2):
        store.put(_message(number))
    first = store.get("1")
    assert first is not None
    store.edit(first, edited=1.0, content="changed")
    assert [(m.id, m.content) for m in store.newest("1")] == [("2", ""), ("1", "changed")]


def test_a_nonce_is_forgotten_after_its_time() -> None:
    store = MessageStore()
    store.put(_message(1))
    store.remember_nonce("1", "n", "1", until=10.0)
    assert store.of_nonce("1", "n", now=9.0) is not None
    assert store.of_nonce("1", "n", now=11.0) is None


def test_a_removed_message_is_gone() -> None:
    store = MessageStore()
    store.put(_message(1))
    assert store.remove("1") is not None
    assert store.remove("1") is None
    assert store.newest("1") == []
