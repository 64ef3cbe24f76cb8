"""Messages in channels: posting, nonces, listing, editing, deleting, files."""

import json

import aiohttp
import pytest

from simulator.world.founding import new_channel
from simulator.world.guilds import ChannelType
from simulator.world.permissions import Permission
from simulator.world.posts import member_posts
from tests.simulator.discord_client import PLAY, RestClient


@pytest.fixture
def messages(rest: RestClient) -> str:
    return f"/channels/{rest.text_channel}/messages"


async def test_a_message_is_posted_read_edited_and_deleted(rest: RestClient, messages: str) -> None:
    embed = {"title": "Now playing", "fields": [{"name": "By", "value": "Nobody"}]}
    posted = await rest("POST", messages, {"content": "hello", "embeds": [embed]})
    one = f"{messages}/{posted.data['id']}"
    edited = await rest("PATCH", one, {"content": "changed"})
    read = await rest("GET", one)
    assert posted.data["embeds"][0]["fields"][0]["inline"] is False
    assert (edited.data["content"], edited.data["embeds"]) == ("changed", posted.data["embeds"])
    assert read.data["edited_timestamp"] is not None
    assert (await rest("DELETE", one)).status == 204
    gone = await rest("PATCH", one, {"content": "again"})
    assert (gone.status, gone.data["code"]) == (404, 10008)


async def test_an_edit_may_not_leave_nothing(rest: RestClient, messages: str) -> None:
    posted = await rest("POST", messages, {"content": "hello"})
    one = f"{messages}/{posted.data['id']}"
    emptied = await rest("PATCH", one, {"content": ""})
    replaced = await rest("PATCH", one, {"content": None, "embeds": [{"title": "t"}]})
    assert (emptied.status, emptied.data["code"]) == (400, 50006)
    assert (replaced.data["content"], replaced.data["embeds"][0]["title"]) == ("", "t")


def _without_embeds(rest: RestClient) -> str:
    """A channel where the bot may write and not embed links."""
    world, guild = rest.site.world, rest.site.guild
    denied = int(Permission.EMBED_LINKS)
    channel = new_channel(world, guild, kind=ChannelType.TEXT, name="plain", denied_to_everyone=denied)
    return f"/channels/{channel.id}/messages"


async def test_who_may_not_embed_links_posts_no_embeds(rest: RestClient) -> None:
    messages, card = _without_embeds(rest), {"embeds": [{"title": "Now playing"}]}
    refused = await rest("POST", messages, card)
    posted = await rest("POST", messages, {"content": "hello", **card})
    assert (refused.status, refused.data["code"]) == (403, 50013)
    assert (posted.data["content"], posted.data["embeds"]) == ("hello", [])


async def test_and_an_edit_drops_them(rest: RestClient) -> None:
    messages, card = _without_embeds(rest), {"content": "", "embeds": [{"title": "Now playing"}]}
    buttons = [{"type": 1, "components": [{"type": 2, "style": 2, "label": "Skip", "custom_id": "skip"}]}]
    posted = await rest("POST", messages, {"content": "hello"})
    one = f"{messages}/{posted.data['id']}"
    emptied = await rest("PATCH", one, card)
    bare = await rest("PATCH", one, {**card, "components": buttons})
    assert (emptied.status, emptied.data["code"]) == (400, 50006)
    assert (bare.status, bare.data["embeds"], len(bare.data["components"])) == (200, [], 1)


async def test_an_answer_may_have_embeds_all_the_same(rest: RestClient) -> None:
    messages = _without_embeds(rest)
    await rest.register(PLAY)
    asked = await rest.act(name="play", options={"query": "x"}, channel_id=messages.split("/")[2])
    assert (await rest.answer(asked, 4, {"embeds": [{"title": "Queue"}]})).status == 204
    assert (await rest.seen(asked))["embeds"][0]["title"] == "Queue"


async def test_an_enforced_nonce_makes_one_message_only(rest: RestClient, messages: str) -> None:
    body = {"content": "once", "nonce": "entry-1", "enforce_nonce": True}
    first = await rest("POST", messages, body)
    second = await rest("POST", messages, body)
    unforced = await rest("POST", messages, {**body, "enforce_nonce": False})
    assert first.data["id"] == second.data["id"] != unforced.data["id"]
    assert first.data["nonce"] == "entry-1"


async def test_an_enforced_nonce_is_compared_across_channels(rest: RestClient, messages: str) -> None:
    other = new_channel(rest.site.world, rest.site.guild, kind=ChannelType.TEXT, name="elsewhere")
    body = {"nonce": "entry-1", "enforce_nonce": True}
    first = await rest("POST", messages, {**body, "content": "here"})
    second = await rest("POST", f"/channels/{other.id}/messages", {**body, "content": "there"})
    assert (second.data["id"], second.data["content"]) == (first.data["id"], "here")


async def test_pages_are_newest_first_and_bounded(rest: RestClient, messages: str) -> None:
    channel = rest.site.world.channels[rest.text_channel]
    user = rest.site.guild.members[rest.member("Bob")].user
    ids = [member_posts(rest.site.world, channel, user, f"line {n}").id for n in range(5)]
    newest = await rest("GET", f"{messages}?limit=2")
    before = await rest("GET", f"{messages}?before={ids[2]}")
    after = await rest("GET", f"{messages}?after={ids[2]}&limit=1")
    assert [one["id"] for one in newest.data] == [ids[4], ids[3]]
    assert [one["id"] for one in before.data] == [ids[1], ids[0]]
    assert [one["id"] for one in after.data] == [ids[3]]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "before=x"])
async def test_a_bad_page_is_refused(rest: RestClient, messages: str, query: str) -> None:
    reply = await rest("GET", f"{messages}?{query}")
    assert (reply.status, reply.data["code"]) == (400, 50035)


async def test_the_channel_names_its_last_message(rest: RestClient, messages: str) -> None:
    posted = await rest("POST", messages, {"content": "hello"})
    channel = await rest("GET", f"/channels/{rest.text_channel}")
    assert channel.data["last_message_id"] == posted.data["id"]


async def test_ephemeral_answers_are_not_in_the_channel(rest: RestClient, messages: str) -> None:
    await rest.register(PLAY)
    interaction = await rest.act(name="play", options={"query": "x"})
    await rest.answer(interaction, 4, {"content": "only you", "flags": 64})
    original = await rest("GET", rest.hook(interaction, "/messages/@original"))
    listed = await rest("GET", messages)
    by_id = await rest("GET", f"{messages}/{original.data['id']}")
    assert (original.data["content"], original.data["flags"]) == ("only you", 64)
    assert listed.data == []
    assert by_id.data["code"] == 10008


async def test_another_authors_message_cannot_be_edited(rest: RestClient, messages: str) -> None:
    channel = rest.site.world.channels[rest.text_channel]
    bob = rest.site.guild.members[rest.member("Bob")].user
    message = member_posts(rest.site.world, channel, bob, "mine")
    edit = await rest("PATCH", f"{messages}/{message.id}", {"content": "yours"})
    delete = await rest("DELETE", f"{messages}/{message.id}")
    assert (edit.status, edit.data["code"]) == (403, 50005)
    assert (delete.status, delete.data["code"]) == (403, 50013)


async def test_without_the_permission_nothing_is_posted(rest: RestClient) -> None:
    quiet = new_channel(
        rest.site.world,
        rest.site.guild,
        kind=ChannelType.TEXT,
        name="quiet",
        denied_to_everyone=Permission.SEND_MESSAGES,
    )
    reply = await rest("POST", f"/channels/{quiet.id}/messages", {"content": "hello"})
    assert (reply.status, reply.data["code"]) == (403, 50013)


async def test_files_come_as_multipart_and_can_be_fetched(rest: RestClient, messages: str) -> None:
    form = aiohttp.FormData(quote_fields=False)
    payload = {"content": "a queue", "attachments": [{"id": 0, "filename": "queue.json"}]}
    form.add_field("payload_json", json.dumps(payload))
    form.add_field("files[0]", b"[1]", filename="queue.json", content_type="application/octet-stream")
    posted = await rest("POST", messages, data=form)
    attachment = posted.data["attachments"][0]
    assert (attachment["filename"], attachment["size"]) == ("queue.json", 3)
    async with aiohttp.ClientSession() as http, http.get(attachment["url"]) as answer:
        assert await answer.read() == b"[1]"
