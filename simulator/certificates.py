"""Voice runs over TLS, so the simulator makes a throw-away authority that clients can be told to trust."""

import datetime as dt
import fcntl
import ipaddress
import logging
import os
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

logger = logging.getLogger(__name__)

_LIFETIME = dt.timedelta(days=90)
_RENEWED_BEFORE_END = dt.timedelta(days=7)
_CLOCK_SKEW = dt.timedelta(days=1)
_NAMES: tuple[x509.GeneralName, ...] = (
    x509.DNSName("localhost"),
    x509.IPAddress(ipaddress.IPv4Address("127.0.0.1")),
    x509.IPAddress(ipaddress.IPv6Address("::1")),
)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the PEM files lie; `ca_path` is None when clients trust the certificate anyway."""

    ca_path: Path | None
    cert_path: Path
    key_path: Path


def choose_certificates(folder: Path, cert_path: Path | None, key_path: Path | None) -> Certificates:
    """Use SIM_TLS_CERT and SIM_TLS_KEY as they are, or ours in `folder` when neither is given."""
    if cert_path is None and key_path is None:
        return ensure_certificates(folder)
    if cert_path is None or key_path is None:
        raise ValueError("SIM_TLS_CERT and SIM_TLS_KEY go together: set both or none.")
    for path in (cert_path, key_path):
        if not path.is_file():
            raise ValueError(f"SIM_TLS_CERT and SIM_TLS_KEY must name files; {path} is none.")
    return Certificates(None, cert_path, key_path)


def ensure_certificates(folder: Path) -> Certificates:
    """Return an authority and a server certificate for localhost, made anew in their last week.

    Processes may ask at the same time: a lock lets one make them and the others find them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_usable(folder / "ca.pem", found):
            _make(folder / "ca.pem", found)
    return found


def server_context(certificates: Certificates) -> ssl.SSLContext:
    """Return what a TLS server needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.cert_path, certificates.key_path)
    return context


def client_context(certificates: Certificates) -> ssl.SSLContext:
    """Return what a TLS client needs to verify the server: our authority beside the usual ones."""
    context = ssl.create_default_context()
    if certificates.ca_path is not None:
        context.load_verify_locations(certificates.ca_path)
    return context


def _is_usable(ca_path: Path, certificates: Certificates) -> bool:
    try:
        authority = x509.load_pem_x509_certificate(ca_path.read_bytes())
        server = x509.load_pem_x509_certificate(certificates.cert_path.read_bytes())
        key = load_pem_private_key(certificates.key_path.read_bytes(), password=None)
        server.verify_directly_issued_by(authority)
    except FileNotFoundError:
        return False
    except (ValueError, TypeError, InvalidSignature) as error:
        logger.warning("the certificates in %s are damaged and made anew: %s", ca_path.parent, error)
        return False
    renewal = server.not_valid_after_utc - _RENEWED_BEFORE_END
    return key.public_key() == server.public_key() and dt.datetime.now(dt.UTC) < renewal


def _make(ca_path: Path, certificates: Certificates) -> None:
    """Write a new set; the authority's key is never stored, so it signs this one certificate only."""
    ca_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _authority(ca_key)
    server = _server(server_key.public_key(), authority, ca_key)
    pem = server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(certificates.key_path, pem)
    _write(certificates.cert_path, server.public_bytes(Encoding.PEM))
    _write(ca_path, authority.public_bytes(Encoding.PEM))


def _write(path: Path, content: bytes) -> None:
    """Replace a file at one stroke, readable by its owner only."""
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name("Segue simulator: throw-away authority")
    return (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _server(
    key: ec.EllipticCurvePublicKey, authority: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    return (
        _builder(_name("localhost"), authority.subject, key)
        .add_extension(x509.SubjectAlternativeName(_NAMES), critical=False)
        .add_extension(issuer_key, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
