"""The api's requests share connections to PostgreSQL, which are looked at before they are used again, and counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from tests.ports import free_port

CODE = """
import os
import psycopg
import threading
import project.asgi
from django.db import connection

for thread in threading.enumerate():  # what the api does first takes connections of the pool as well
    if thread.name == "api started":
        thread.join()

def backend():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    connection.close()
    return pid

first, second = backend(), backend()
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
    other.execute("SELECT pg_terminate_backend(%s)", [second])
print("SEEN", first == second, backend() != second)
connection.close_pool()
"""


def test_a_connection_is_used_again_unless_it_is_broken() -> None:
    ended = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "SEEN True True" in ended.stdout


WATCHED = """
import json
import threading
import time
from prometheus_client.parser import text_string_to_metric_families
from project import metrics
metrics.share("tried")
from project import database_pool
database_pool.POOL.update(max_size=1, timeout=1)
database_pool.LOOK_SECONDS = 0.02
import project.asgi
from django.db import OperationalError, connection

def join(name):
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join()

def told():
    families = text_string_to_metric_families(metrics.exposition().decode())
    samples = [sample for family in families for sample in family.samples]
    return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}

def until(**wanted):
    deadline = time.monotonic() + 30
    while not wanted.items() <= told().items():
        assert time.monotonic() < deadline, (wanted, told())
        time.sleep(0.01)

def ask_in_vain():
    try:
        connection.ensure_connection()
    except OperationalError:
        return
    raise AssertionError("there was a second connection")

join("api started")
connection.ensure_connection()
until(**{"api_database_connections in use": 1, "api_database_connections idle": 0, "api_database_connections_most": 1})
before = told()
other = threading.Thread(target=ask_in_vain, name="other")
other.start()
until(api_database_waiting=1)
other.join()
connection.close()
until(**{"api_database_connections in use": 0, "api_database_connections idle": 1, "api_database_waiting": 0})
after = told()
print("GROWN", json.dumps({name: after[name] - before[name] for name in after if name.startswith("api_database_")}))
connection.close_pool()
"""


def test_how_many_are_held_and_how_many_wait_is_told() -> None:
    ended = subprocess.run([sys.executable, "-c", WATCHED], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    (line,) = [line for line in ended.stdout.splitlines() if line.startswith("GROWN ")]
    grown = json.loads(line.removeprefix("GROWN "))
    assert grown["api_database_asked_total"] == grown["api_database_waits_total"] == 1
    assert grown["api_database_timeouts_total"] == 1
    assert grown["api_database_wait_seconds_total"] > 0
    assert grown["api_database_connect_failures_total"] == 0


def test_all_processes_of_an_api_are_counted_together() -> None:
    port = free_port()
    api = subprocess.Popen(
        [sys.executable, "-m", "project.api"],
        env={**os.environ, "API_PORT": str(port), "API_WORKERS": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline, seen = time.monotonic() + 60, 0.0
        while seen != 32:
            assert time.monotonic() < deadline, seen
            time.sleep(0.1)
            seen = most(port)
    finally:
        api.terminate()
        api.wait(timeout=60)


def most(port: int) -> float:
    """Connections that an api may have; 0 while it does not answer."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            families = list(text_string_to_metric_families(answer.read().decode()))
    except URLError:
        return 0
    return sum(each.samples[0].value for each in families if each.name == "api_database_connections_most")
