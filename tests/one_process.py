"""Hands whole folders to one test process: those whose tests share a running Segue, a browser,
a database server, or performances that take real time.

xdist's own groups rename tests to be found again, which this pytest does not let it do: they have no effect.
"""

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # xdist has no types

FOLDERS = (
    "tests/chaos/",
    "tests/contract/",
    "tests/flows/",
    "tests/k8s/test_audio_role.py",
    "tests/k8s/test_postgres.py",
    "tests/ui/",
)


class ByFolder(LoadScopeScheduling):  # type: ignore[misc] # so its base class is Any
    """Tests of the same of these FOLDERS stay together; any other test goes where there is room."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in FOLDERS if nodeid.startswith(folder)), nodeid)
