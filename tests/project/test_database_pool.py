"""The api's requests share connections to PostgreSQL, which are looked at before they are used again."""

from __future__ import annotations

import subprocess
import sys

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
