"""Where the recording worker writes, named for it and for the tests that read."""

from __future__ import annotations

DIARY = "test:diary"
