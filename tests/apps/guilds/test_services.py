"""Settings in a real PostgreSQL: all or none, from what to what, and told to every process after the commit."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import redis
from django.db import connection

from apps.guilds import announcement
from apps.guilds.models import GuildSettings
from apps.guilds.selectors import guild_block_get, guild_settings_get
from apps.guilds.services import (
    Change,
    guild_block,
    guild_blocklist_edit,
    guild_settings_set,
    guild_source_allow,
    guild_unblock,
)
from apps.guilds.validation import SettingRefused
from project.wire import keys
from project.wire.desk import BLOCKLIST_MAX, SETTINGS, SOURCES, taste_of

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

GUILD = 5 << 22


@pytest.fixture(autouse=True)
def store(redis_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(redis_server, decode_responses=True)
    monkeypatch.setattr(announcement, "_client", client)
    client.flushall()
    yield client
    client.close()


def test_a_guild_without_a_row_has_the_defaults_that_the_database_has() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO guild_settings (guild_id) VALUES (%s)", [GUILD])
    stored, made = guild_settings_get(GUILD), guild_settings_get(GUILD + 1)
    fields = [field.name for field in GuildSettings._meta.fields if field.name != "guild_id"]
    assert {name: getattr(stored, name) for name in fields} == {name: getattr(made, name) for name in fields}


def test_whatever_is_kept_of_a_guild_can_be_set() -> None:
    kept = {field.name for field in GuildSettings._meta.concrete_fields}
    assert kept == {"guild_id", "allowed_sources", "blocklist", *SETTINGS}


def test_what_changed_is_told_from_what_to_what() -> None:
    changes = guild_settings_set(guild_id=GUILD, changes={"leave_after_s": 0, "dj_only": False, "dj_role_id": 7})
    assert changes == (Change("leave_after_s", 300, 0), Change("dj_role_id", None, 7))
    settings = guild_settings_get(GUILD)
    assert (settings.leave_after_s, settings.dj_role_id) == (0, 7)


def test_null_puts_a_setting_back() -> None:
    guild_settings_set(guild_id=GUILD, changes={"leave_after_s": 0})
    assert guild_settings_set(guild_id=GUILD, changes={"leave_after_s": None}) == (Change("leave_after_s", 0, 300),)


def test_one_wrong_value_changes_nothing() -> None:
    with pytest.raises(SettingRefused):
        guild_settings_set(guild_id=GUILD, changes={"dj_only": True, "default_volume": 900})
    assert not guild_settings_get(GUILD).dj_only


def test_everyone_is_no_dj_role() -> None:
    with pytest.raises(SettingRefused, match="everyone"):
        guild_settings_set(guild_id=GUILD, changes={"dj_role_id": GUILD})


def test_nothing_given_is_refused() -> None:
    with pytest.raises(SettingRefused, match="nothing"):
        guild_settings_set(guild_id=GUILD, changes={})


def test_a_forbidden_source_leaves_the_others() -> None:
    (change,) = guild_source_allow(guild_id=GUILD, source="youtube", allowed=False)
    assert change.after == [name for name in SOURCES if name != "youtube"]
    assert guild_source_allow(guild_id=GUILD, source="youtube", allowed=False) == ()
    guild_source_allow(guild_id=GUILD, source="youtube", allowed=True)
    assert guild_settings_get(GUILD).allowed_sources is None


def test_the_last_source_stays() -> None:
    for name in SOURCES[1:]:
        guild_source_allow(guild_id=GUILD, source=name, allowed=False)
    with pytest.raises(SettingRefused, match="no_source"):
        guild_source_allow(guild_id=GUILD, source=SOURCES[0], allowed=False)


def test_the_blocklist_takes_an_entry_once_and_gives_it_back() -> None:
    (change,) = guild_blocklist_edit(guild_id=GUILD, action="add", kind="word", text="Baby  Shark")
    assert change == Change("blocklist.word", [], ["baby shark"])
    with pytest.raises(SettingRefused, match="already_blocked"):
        guild_blocklist_edit(guild_id=GUILD, action="add", kind="word", text="baby shark")
    guild_blocklist_edit(guild_id=GUILD, action="remove", kind="word", text="BABY SHARK")
    with pytest.raises(SettingRefused, match="not_blocked"):
        guild_blocklist_edit(guild_id=GUILD, action="remove", kind="word", text="baby shark")


def test_the_blocklist_has_an_end() -> None:
    full = {"artist": [f"artist {n}" for n in range(BLOCKLIST_MAX)]}
    GuildSettings.objects.create(guild_id=GUILD, blocklist=full)
    with pytest.raises(SettingRefused, match="blocklist_full"):
        guild_blocklist_edit(guild_id=GUILD, action="add", kind="word", text="one more")


def test_every_process_hears_of_a_change_and_the_gateway_knows_the_language(store: redis.Redis) -> None:
    with store.pubsub(ignore_subscribe_messages=True) as listener:  # type: ignore[no-untyped-call] # redis-py's
        listener.subscribe(keys.EVENTS_CHANNEL)
        listener.get_message(timeout=1)
        guild_settings_set(guild_id=GUILD, changes={"language": "es", "ephemeral": True})
        heard = listener.get_message(timeout=5)
    assert heard is not None
    assert json.loads(heard["data"]) == {"type": "settingsChanged", "guildId": str(GUILD)}
    assert store.hgetall(keys.guild_ui(GUILD)) == {"locale": "es", "ephemeral": "1"}
    guild_settings_set(guild_id=GUILD, changes={"language": None, "ephemeral": False})
    assert store.exists(keys.guild_ui(GUILD)) == 0


def test_the_gateway_keeps_the_suggestions_of_a_guild_that_blocks_something_apart(store: redis.Redis) -> None:
    guild_blocklist_edit(guild_id=GUILD, action="add", kind="artist", text="Nickel Band")
    assert store.hgetall(keys.guild_ui(GUILD)) == {"taste": taste_of(None, {"artist": ["nickel band"]})}
    guild_blocklist_edit(guild_id=GUILD, action="remove", kind="artist", text="nickel band")
    assert store.exists(keys.guild_ui(GUILD)) == 0


def test_a_guild_is_blocked_once_with_who_and_why_and_unblocked_once() -> None:
    assert guild_block(guild_id=GUILD, by="Sam", reason="spam")
    assert not guild_block(guild_id=GUILD, by="Kim", reason="again")
    block = guild_block_get(GUILD)
    assert block is not None
    assert (block.by, block.reason) == ("Sam", "spam")
    assert guild_block_get(GUILD + 1) is None
    assert guild_unblock(guild_id=GUILD)
    assert not guild_unblock(guild_id=GUILD)
    assert guild_block_get(GUILD) is None


def test_a_block_is_told_to_every_process_without_its_reason(store: redis.Redis) -> None:
    with store.pubsub(ignore_subscribe_messages=True) as listener:  # type: ignore[no-untyped-call] # redis-py's
        listener.subscribe(keys.EVENTS_CHANNEL, keys.STAFF_CHANNEL)
        for _ in range(2):
            listener.get_message(timeout=1)
        guild_block(guild_id=GUILD, by="Sam", reason="spam")
        heard = [listener.get_message(timeout=5) for _ in range(2)]
    assert {one["channel"] for one in heard} == {keys.EVENTS_CHANNEL, keys.STAFF_CHANNEL}
    told = [json.loads(one["data"]) for one in heard]
    assert told == [{"type": "settingsChanged", "guildId": str(GUILD)}] * 2


def test_without_redis_a_block_is_written_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcement, "_client", redis.Redis(port=1, socket_connect_timeout=0.2))
    assert guild_block(guild_id=GUILD, by="Sam", reason="spam")
    assert guild_block_get(GUILD) is not None
