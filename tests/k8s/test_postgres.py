"""The pod's PostgreSQL on a real server: what the roles may do, what the log tells, and that a backup comes back."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from project.database_pool import POOL
from tests.k8s.manifests import BASE, container, named
from tests.k8s.private_postgres import APP, AUDIO, SUPERUSER, Server, server
from workers.adapters import player_sql

ROLES, BACKUP, RESTORE = (str(BASE / "postgres" / name) for name in ("roles.sh", "backup.sh", "restore.sh"))
GUILD = 81_384_788_765_712_384
numbers = itertools.count()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    """One server with a migrated database `discord`."""
    with server() as found:
        found.run(ROLES, environment={"STATEMENT_SAMPLE_RATE": "1"})
        assert "Applying" in found.migrate("discord")
        yield found


@pytest.fixture
def database(postgres: Server) -> Iterator[str]:
    """A migrated database of the test's own."""
    name = f"discord_{next(numbers)}"
    postgres.sql(f"CREATE DATABASE {name} TEMPLATE discord OWNER segue")
    yield name
    postgres.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def add_guild(postgres: Server, database: str) -> None:
    """A row to find again."""
    with postgres.connect("segue", APP, database) as connection:
        connection.execute("INSERT INTO players (guild_id) VALUES (%s)", (GUILD,))


def guilds(postgres: Server, database: str) -> str:
    """Those that have a player."""
    return postgres.sql("SELECT string_agg(guild_id::text, ',') FROM players", database)


def newest_backup(postgres: Server) -> str:
    """Its name."""
    return max(path.name for path in (postgres.folder / "backups").glob("discord-*.dump"))


def test_the_processes_passwords_are_asked_for_and_people_in_the_pod_need_none(postgres: Server) -> None:
    assert postgres.sql("SELECT current_user") == "postgres"
    with postgres.connect("segue", APP, "discord") as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("segue",)
    with pytest.raises(psycopg.OperationalError):
        postgres.connect("segue", "wrong", "discord")


def test_audio_workers_write_rows_and_change_no_table(postgres: Server, database: str) -> None:
    with postgres.connect("segue_audio", AUDIO, database) as connection:
        connection.execute("INSERT INTO players (guild_id) VALUES (%s)", (GUILD,))
        assert connection.execute(player_sql.ENTRIES, {"guild": GUILD}).fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DROP TABLE players")


@pytest.mark.parametrize(("role", "password"), [("segue", APP), ("segue_audio", AUDIO), ("postgres", SUPERUSER)])
def test_nobody_empties_the_audit_log(postgres: Server, database: str, role: str, password: str) -> None:
    with postgres.connect(role, password, database) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("TRUNCATE staff_audit, staff_audit_outcomes")


def test_what_audio_workers_ask_is_in_the_log_without_its_values(postgres: Server, database: str) -> None:
    with postgres.connect("segue_audio", AUDIO, database) as connection:
        connection.execute(player_sql.ENTRIES, {"guild": GUILD}).fetchall()
        connection.execute("SELECT %s::text", ("somebody's secret",))
    assert re.search("SELECT.*queue", postgres.log), "runbook: logs postgres-0 | grep SELECT.*queue"
    assert "somebody's secret" not in postgres.log
    assert APP not in postgres.log
    assert AUDIO not in postgres.log


SPEAKS = """
from datetime import timedelta
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection
from django.utils import timezone
ends = timezone.now() + timedelta(hours=1)
Session.objects.create(session_key="key-of-alice", session_data="a", expire_date=ends)
try:
    Session.objects.create(session_key="key-of-alice", session_data="data-of-alice", expire_date=ends)
except IntegrityError:
    pass
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_sleep(0.6), %s::text AS slow", ["alice@segue.example"])
"""


def test_what_the_other_processes_ask_is_in_the_log_without_its_values(postgres: Server, database: str) -> None:
    """A slow statement, and one that failed: PostgreSQL tells both, and what stood in the way of the second."""
    postgres.manage("shell", "-c", SPEAKS, database=database)
    assert re.search(r"duration: .* AS slow", postgres.log), "runbook: slow statements are found"
    assert "duplicate key value" in postgres.log
    assert re.search(r'STATEMENT: +INSERT INTO "django_session"', postgres.log)
    for value in ("key-of-alice", "data-of-alice", "alice@segue.example"):
        assert value not in postgres.log


def test_the_roles_leave_connections_for_people(postgres: Server) -> None:
    limits = postgres.sql("SELECT sum(rolconnlimit) FROM pg_roles WHERE rolname LIKE 'segue%'")
    most = postgres.sql("SHOW max_connections")
    reserved = postgres.sql("SHOW superuser_reserved_connections")
    assert int(limits) + int(reserved) < int(most)


def test_every_audio_worker_gets_a_connection(postgres: Server) -> None:
    limit = int(postgres.sql("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'segue_audio'"))
    workers = int(named("ConfigMap", "discord-bot-config")["data"]["AUDIO_CHILDREN"])
    pods = named("HorizontalPodAutoscaler", "discord-audio-hpa")["spec"]["maxReplicas"]
    assert 2 * pods * workers <= limit, "twice as many for as long as a rollout takes"


def test_every_process_of_the_application_gets_its_connections(postgres: Server) -> None:
    limit = int(postgres.sql("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'segue'"))
    apis = named("HorizontalPodAutoscaler", "discord-api-hpa")["spec"]["maxReplicas"]
    worker = named("Deployment", "discord-worker")["spec"]
    (children,) = [
        int(word.removeprefix("--concurrency="))
        for word in container("discord-worker")["command"]
        if word.startswith("--concurrency=")
    ]
    at_once = apis * int(POOL["max_size"]) + worker["replicas"] * children
    assert at_once + len(("the migration", "a backup")) <= limit


def test_a_rotated_password_of_the_superuser_is_set_by_the_same_script(postgres: Server) -> None:
    secret = postgres.folder / "secrets" / "POSTGRES_PASSWORD"
    before = secret.read_text(encoding="utf-8")
    secret.write_text("it's another", encoding="utf-8")
    try:
        postgres.run(ROLES, environment={"STATEMENT_SAMPLE_RATE": "1"})
        postgres.connect("postgres", "it%27s%20another", "postgres").close()
    finally:
        secret.write_text(before, encoding="utf-8")
        postgres.run(ROLES, environment={"STATEMENT_SAMPLE_RATE": "1"})
    assert "it's another" not in postgres.log


def test_a_rotated_password_is_set_by_the_same_script(postgres: Server) -> None:
    secret = postgres.folder / "secrets" / "AUDIO_DATABASE_URL"
    before = secret.read_text(encoding="utf-8")
    secret.write_text(postgres.url("segue_audio", "another", "discord"), encoding="utf-8")
    try:
        postgres.run(ROLES, environment={"STATEMENT_SAMPLE_RATE": "1"})
        postgres.connect("segue_audio", "another", "discord").close()
    finally:
        secret.write_text(before, encoding="utf-8")
        postgres.run(ROLES, environment={"STATEMENT_SAMPLE_RATE": "1"})


def test_a_url_that_it_cannot_read_is_refused(postgres: Server) -> None:
    secret = postgres.folder / "secrets" / "DATABASE_URL"
    before = secret.read_text(encoding="utf-8")
    secret.write_text("postgresql://postgres/discord", encoding="utf-8")
    try:
        ended = postgres.run(ROLES, check=False)
    finally:
        secret.write_text(before, encoding="utf-8")
    assert ended.returncode == 2
    assert "DATABASE_URL" in ended.stderr


def test_a_setting_of_people_goes_before_the_file(postgres: Server) -> None:
    """Runbook: ALTER SYSTEM SET max_connections, then the pod is deleted; here it is seen that it would hold."""
    postgres.sql("ALTER SYSTEM SET max_connections = 200")
    source = postgres.sql(
        "SELECT setting FROM pg_file_settings WHERE name = 'max_connections' ORDER BY seqno DESC LIMIT 1"
    )
    postgres.sql("ALTER SYSTEM RESET max_connections")
    assert source == "200"


def test_a_backup_leaves_a_file_a_checksum_and_a_row(postgres: Server, database: str) -> None:
    add_guild(postgres, database)
    said = postgres.run(BACKUP, environment=postgres.over_tcp("segue", database)).stdout
    name = newest_backup(postgres)
    assert name in said
    with postgres.connect("segue", APP, database) as connection:
        row = connection.execute("SELECT size_bytes, sha256 FROM backups WHERE name = %s", (name,)).fetchone()
    assert row is not None
    size, sha256 = row
    assert size == (postgres.folder / "backups" / name).stat().st_size
    assert (postgres.folder / "backups" / f"{name}.sha256").read_text(encoding="utf-8") == f"{sha256}  {name}\n"


def test_a_backup_that_fails_has_made_room_and_kept_the_newest(postgres: Server, tmp_path: Path) -> None:
    """On a disk that is full each one would fail for ever, and take what the one before had begun along."""
    old, newest, broken = (f"discord-2020010{day}T000000Z.dump" for day in (1, 2, 3))
    names = [old, f"{old}.sha256", newest, f"{newest}.sha256", f"{broken}.part"]
    for name in names:
        (tmp_path / name).write_text("x", encoding="utf-8")
        os.utime(tmp_path / name, (0, 0))
    environment = {**postgres.over_tcp("segue", "there_is_none"), "BACKUPS": str(tmp_path)}
    assert postgres.run(BACKUP, environment=environment, check=False).returncode != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [newest, f"{newest}.sha256"]


def test_a_backup_is_tried_and_the_database_is_left_alone(postgres: Server, database: str) -> None:
    add_guild(postgres, database)
    postgres.run(BACKUP, environment=postgres.over_tcp("segue", database))
    postgres.sql("DELETE FROM players", database)
    assert "check done, 64 slots, 1 players" in restore(postgres, database, "check")
    assert guilds(postgres, database) == ""
    assert postgres.sql("SELECT count(*) FROM pg_database WHERE datname LIKE 'restored%'") == "0"


def test_a_backup_takes_the_place_of_the_database_which_is_kept_beside_it(postgres: Server, database: str) -> None:
    add_guild(postgres, database)
    postgres.run(BACKUP, environment=postgres.over_tcp("segue", database))
    postgres.sql("DELETE FROM players", database)
    assert "replace done" in restore(postgres, database, "replace")
    assert guilds(postgres, database) == str(GUILD)
    assert [name for name in postgres.sql("SELECT datname FROM pg_database").split() if f"{database}_before_" in name]
    with postgres.connect("segue_audio", AUDIO, database) as connection:
        connection.execute("UPDATE players SET rev = rev + 1")
    assert "No migrations to apply" in postgres.migrate(database)


def test_a_backup_that_was_changed_is_refused(postgres: Server, database: str) -> None:
    postgres.run(BACKUP, environment=postgres.over_tcp("segue", database))
    dump = postgres.folder / "backups" / newest_backup(postgres)
    dump.write_bytes(dump.read_bytes()[:-1] + b"?")
    ended = postgres.run(RESTORE, "replace", dump.name, check=False, environment=restoring(postgres, database))
    dump.unlink()
    assert ended.returncode != 0
    assert postgres.sql("SELECT count(*) FROM slots", database) == "64"


def restore(postgres: Server, database: str, *arguments: str) -> str:
    """What the script says."""
    return postgres.run(RESTORE, *arguments, environment=restoring(postgres, database)).stdout


def restoring(postgres: Server, database: str) -> dict[str, str]:
    """The restore Job's environment."""
    password = str(postgres.folder / "secrets" / "POSTGRES_PASSWORD")
    assert SUPERUSER in (postgres.folder / "secrets" / "POSTGRES_PASSWORD").read_text(encoding="utf-8")
    return {**postgres.over_tcp("postgres", database), "PGPASSWORD_FILE": password}


def test_the_runbooks_dump_comes_back_into_a_database_made_by_hand(postgres: Server, database: str) -> None:
    """`pg_dump -U postgres`, DROP DATABASE, CREATE DATABASE, `psql < backup.sql`: owners and rights as before."""
    add_guild(postgres, database)
    dump = postgres.run("pg_dump", "-U", "postgres", database).stdout
    postgres.sql(f"DROP DATABASE {database}")
    postgres.sql(f"CREATE DATABASE {database}")
    ended = postgres.run("psql", "-U", "postgres", database, stdin=dump)
    assert "ERROR" not in ended.stderr
    assert guilds(postgres, database) == str(GUILD)
    with postgres.connect("segue_audio", AUDIO, database) as connection:
        connection.execute("UPDATE players SET rev = rev + 1")
    with postgres.connect("segue", APP, database) as connection:
        connection.execute("ALTER TABLE players ADD COLUMN later int")
        connection.execute("CREATE TABLE later (id int)")


def test_a_restore_by_hand_ends_at_the_first_error(postgres: Server, database: str) -> None:
    """Otherwise the runbook's `psql discord < backup.sql` ends with 0 and a part of the database is missing."""
    psqlrc = {"PSQLRC": str(BASE / "postgres" / "psqlrc")}
    script = "SELECT wrong;\nCREATE TABLE half (id int);\n"
    ended = postgres.run("psql", "-U", "postgres", database, stdin=script, check=False, environment=psqlrc)
    assert ended.returncode == 3
    assert postgres.sql("SELECT to_regclass('half')", database) == ""


def test_people_in_the_pod_have_its_psqlrc() -> None:
    found = container("postgres")
    folder = next(each["mountPath"] for each in found["volumeMounts"] if each["name"] == "config")
    assert {"name": "PSQLRC", "value": f"{folder}/psqlrc"} in found["env"]
    assert "psqlrc" in named("ConfigMap", "postgres-config")["data"]
