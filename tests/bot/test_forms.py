"""The form behind the player message's button, over real sockets."""

from __future__ import annotations

import os
from typing import Any

import pytest
import redis.asyncio

from bot.forms import FORMS, sent_form
from bot.interaction import interaction_of
from bot.sentences import FOREIGN_BUTTON, UNKNOWN_BUTTON
from bot.slash.options import Refused
from project.wire import keys
from project.wire.messages import Announcement, Play
from simulator.openapi import load_description
from tests.bot.sandbox import AudioEnd, Town, eventually

GUILD = 5
ADD = f"segue:add:{GUILD}"


def test_what_is_typed_is_played_where_it_was_chosen_to_go() -> None:
    assert sent_form(ADD, GUILD, {"query": (" a song ",), "position": ("next",)}) == Play(
        query="a song", position="next"
    )


@pytest.mark.parametrize(
    "filled",
    [
        {},
        {"query": ("  ",), "position": ("end",)},
        {"query": ("x" * 501,), "position": ("end",)},
        {"query": ("a song",), "position": ("first",)},
        {"query": ("a song",), "position": ()},
    ],
)
def test_what_discords_own_clients_would_not_send_is_refused(filled: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(Refused):
        sent_form(ADD, GUILD, filled)


@pytest.mark.parametrize(
    ("custom", "why"), [("segue:add:6", FOREIGN_BUTTON), ("segue:skip:5", UNKNOWN_BUTTON), ("add", UNKNOWN_BUTTON)]
)
def test_a_form_that_is_none_of_this_guilds_is_refused(custom: str, why: object) -> None:
    with pytest.raises(Refused) as refused:
        sent_form(custom, GUILD, {"query": ("a song",), "position": ("end",)})
    assert refused.value.text is why


@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
def test_discord_takes_every_form(locale: str) -> None:
    description = load_description(os.environ.get("DISCORD_OPENAPI"))
    for form in FORMS.values():
        data = form.opened(2**64 - 1, locale)
        assert len(data["title"]) <= 45
        assert all(len(field["label"]) <= 45 for field in data["components"])
        if description is not None:
            path = "/interactions/{interaction_id}/{interaction_token}/callback"
            assert list(description.request_faults("POST", path, {"type": 9, "data": data})) == []


def test_fields_are_read_in_labels_and_in_rows() -> None:
    typed = {"type": 4, "custom_id": "query", "value": "a\nsong\x00"}
    chosen = {"type": 18, "component": {"type": 3, "custom_id": "position", "values": ["end"]}}
    for query in ({"type": 18, "component": typed}, {"type": 1, "components": [typed]}):
        user = {"id": "1", "username": "alice"}
        raw: dict[str, Any] = {"id": "1", "token": "t", "type": 5, "guild_id": "5", "member": {"user": user}}
        read = interaction_of({**raw, "data": {"custom_id": ADD, "components": [query, chosen]}})
        assert (read.name, read.fields) == (ADD, {"query": ("a song",), "position": ("end",)})


async def opened(town: Town, audio: AudioEnd) -> dict[str, Any]:
    """Alice has pressed the button under a message of the bot's; what she sees."""
    add = f"segue:add:{town.cast.guild}"
    button = {"type": 2, "style": 2, "label": "Add", "custom_id": add}
    body = {"content": "Nothing is playing", "components": [{"type": 1, "components": [button]}]}
    place = {"guild_id": town.cast.guild, "channel_id": town.cast.general}
    await audio.say(Announcement(**place, payload=body, nonce="player"))

    async def written() -> str | None:
        shown = await town.ask("GET", f"/messages/{town.cast.general}")
        return str(shown[0]["id"]) if shown else None

    pressed = await town.press_on(await eventually(written), add)
    return await town.sees(pressed, lambda seen: bool(seen["modal"]))


@pytest.mark.usefixtures("gateway")
async def test_the_button_opens_it_at_once_and_what_is_sent_back_is_an_order(town: Town, audio: AudioEnd) -> None:
    form = await opened(town, audio)
    assert (form["callback_type"], form["modal"]["title"]) == (9, "Add music")
    assert await audio.waiting() == 0
    sent = await town.fill(form["modal"]["custom_id"], query="a song", position=["next"])
    command = await audio.command()
    assert command.order == Play(query="a song", position="next")
    await audio.answer(command.id, "Added *A song*.")
    seen = await town.answered(sent)
    assert (seen["content"], seen["ephemeral"], seen["callback_type"]) == ("Added *A song*.", False, 4)


@pytest.mark.usefixtures("gateway")
async def test_what_comes_of_it_late_is_a_message_of_its_own(town: Town, audio: AudioEnd) -> None:
    form = await opened(town, audio)
    sent = await town.fill(form["modal"]["custom_id"], query="a song", position=["end"])
    command = await audio.command()
    await town.sees(sent, lambda seen: seen["callback_type"] == 6)
    await audio.answer(command.id, "I found nothing.", error=True)
    seen = await town.answered(sent)
    assert [(word["content"], word["ephemeral"]) for word in seen["followups"]] == [("I found nothing.", True)]


@pytest.mark.usefixtures("gateway")
async def test_it_speaks_the_guilds_language(town: Town, audio: AudioEnd, store: redis.asyncio.Redis) -> None:
    await store.hset(keys.guild_ui(town.cast.guild), mapping={"locale": "es-ES"})
    assert (await opened(town, audio))["modal"]["title"] == "Añadir música"


@pytest.mark.usefixtures("gateway")
async def test_discords_own_faults_do_not_keep_it_shut(town: Town, audio: AudioEnd) -> None:
    await town.ask("POST", "/faults", target="rest", path="/callback", kind="status", status=503, count=2)
    assert (await opened(town, audio))["refused"] == []
