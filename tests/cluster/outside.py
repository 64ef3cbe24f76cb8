"""A stand-in for the few names of the internet that an operator asks: the cluster's network does not reach it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.cluster.tls_server import TlsServer, make_certificate

ADDRESS = "127.77.255.1"
NAMES = ("discord.com", "status.discord.com", "api.stripe.com", "status.stripe.com")


class Outside:
    """NAMES on port 443 with a certificate that `certificate` vouches for."""

    hosts = f"{ADDRESS} {' '.join(NAMES)}\n"
    """A line of /etc/hosts."""

    def __init__(self, folder: Path) -> None:
        self.certificate = folder / "outside.pem"
        make_certificate(self.certificate, list(NAMES))
        self._server = TlsServer(ADDRESS, self.certificate, _answer)

    def close(self) -> None:
        """Nobody answers any more."""
        self._server.close()


def _answer(host: str, path: str, _query: dict[str, str]) -> Any:
    if host.startswith("status.") and path == "/api/v2/status.json":
        status = {"indicator": "none", "description": "All Systems Operational"}
        return {"page": {"name": host, "url": f"https://{host}"}, "status": status}
    return {"stand_in_for": host} if path == "/" else None
