"""Clients can trust the simulator by configuration, and only for as long as its certificate lasts."""

import asyncio
import datetime as dt
import multiprocessing
import ssl
from pathlib import Path

import pytest
from cryptography import x509

from simulator import certificates
from simulator.certificates import (
    Certificates,
    choose_certificates,
    client_context,
    ensure_certificates,
    server_context,
)


async def shake_hands(served: Certificates, trusted: Certificates | ssl.SSLContext, host: str) -> None:
    """Open one TLS connection; ssl.SSLError when the client does not trust the server."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=server_context(served))
    tls = client_context(trusted) if isinstance(trusted, Certificates) else trusted
    port = server.sockets[0].getsockname()[1]
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls, server_hostname=host)
        writer.close()
        await writer.wait_closed()
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_clients_that_trust_the_authority_connect(tmp_path: Path, host: str) -> None:
    made = ensure_certificates(tmp_path)
    await shake_hands(made, made, host)


async def test_another_host_is_not_vouched_for(tmp_path: Path) -> None:
    made = ensure_certificates(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        await shake_hands(made, made, "discord.com")


async def test_another_authority_is_not_trusted(tmp_path: Path) -> None:
    served, other = ensure_certificates(tmp_path / "one"), ensure_certificates(tmp_path / "two")
    with pytest.raises(ssl.SSLCertVerificationError):
        await shake_hands(served, other, "localhost")


async def test_strict_clients_find_every_extension_they_ask_for(tmp_path: Path) -> None:
    made = ensure_certificates(tmp_path)
    strict = client_context(made)
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    await shake_hands(made, strict, "localhost")


def test_valid_certificates_are_kept(tmp_path: Path) -> None:
    first = ensure_certificates(tmp_path).cert_path.read_bytes()
    assert ensure_certificates(tmp_path).cert_path.read_bytes() == first


@pytest.mark.parametrize(("days", "kept"), [(8, True), (6, False)])
def test_certificates_are_renewed_in_their_last_week(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, kept: bool
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(certificates, "_LIFETIME", dt.timedelta(days=days))
        first = ensure_certificates(tmp_path).cert_path.read_bytes()
    second = ensure_certificates(tmp_path).cert_path.read_bytes()
    assert (second == first) is kept


@pytest.mark.parametrize("name", ["ca.pem", "server.pem", "server.key"])
@pytest.mark.parametrize("content", [b"", b"nonsense", None])
async def test_damaged_files_are_made_anew(tmp_path: Path, name: str, content: bytes | None) -> None:
    made = ensure_certificates(tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    await shake_hands(ensure_certificates(tmp_path), made, "localhost")


@pytest.mark.parametrize("name", ["ca.pem", "server.key"])
async def test_files_of_two_sets_are_not_mixed(tmp_path: Path, name: str) -> None:
    made, other = ensure_certificates(tmp_path / "one"), ensure_certificates(tmp_path / "two")
    (tmp_path / "one" / name).write_bytes((tmp_path / "two" / name).read_bytes())
    assert other.cert_path.exists()
    await shake_hands(ensure_certificates(tmp_path / "one"), made, "localhost")


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(ensure_certificates, [tmp_path] * 4)
    authority = x509.load_pem_x509_certificate((tmp_path / "ca.pem").read_bytes())
    server = x509.load_pem_x509_certificate((tmp_path / "server.pem").read_bytes())
    server.verify_directly_issued_by(authority)


def test_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    made = ensure_certificates(tmp_path)
    assert made.key_path.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.glob("*.key")] == ["server.key"]


async def test_given_files_are_used_as_they_are(tmp_path: Path) -> None:
    ours = ensure_certificates(tmp_path / "given")
    chosen = choose_certificates(tmp_path / "none", ours.cert_path, ours.key_path)
    assert chosen == Certificates(None, ours.cert_path, ours.key_path)
    assert not (tmp_path / "none").exists()
    await shake_hands(chosen, ours, "localhost")


def test_without_given_files_ours_are_made(tmp_path: Path) -> None:
    assert choose_certificates(tmp_path, None, None) == ensure_certificates(tmp_path)


def test_half_a_pair_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SIM_TLS_CERT and SIM_TLS_KEY go together"):
        choose_certificates(tmp_path, tmp_path / "cert.pem", None)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cert\.pem is none"):
        choose_certificates(tmp_path, tmp_path / "cert.pem", tmp_path / "key.pem")
