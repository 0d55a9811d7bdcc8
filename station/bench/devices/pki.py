"""The certificates of emulated scanners: a root, a maker's authority, a trust module key, a device key.

Made new for each bench, valid for the bench's days only, so that no station ever trusts a key that
stands in a repository. The root is what a bench station is given as its trust folder.
"""

from __future__ import annotations

import base64
import functools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

VALID = timedelta(days=30)
"""The device key lifetime that the specification recommends."""


class Signer:
    """A key with its certificate and the certificates up to, not including, the root."""

    def __init__(self, key: rsa.RSAPrivateKey, chain: list[x509.Certificate]) -> None:
        self._key = key
        self.chain = chain

    def sign(self, payload: dict[str, Any]) -> str:
        """`payload` as a compact JWS, RS256, typ JWT, with x5c."""
        x5c = [
            base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
            for certificate in self.chain
        ]
        return jwt.PyJWS().encode(json.dumps(payload).encode(), self._key, "RS256", headers={"typ": "JWT", "x5c": x5c})


class Authority:
    """A certificate authority."""

    def __init__(self, name: str, now: datetime | None = None) -> None:
        self._now = (now or datetime.now(UTC)).replace(microsecond=0)
        self._key = _new_key()
        self._subject = _name(name)
        self.certificate = self._certificate(self._subject, self._key, self._subject, self._key, is_authority=True)
        self._chain: list[x509.Certificate] = []

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def authority(self, name: str) -> Authority:
        """An authority under this one."""
        child = Authority(name, self._now)
        child.certificate = self._certificate(child._subject, child._key, self._subject, self._key, is_authority=True)
        child._chain = [child.certificate, *self._chain]
        return child

    def signer(self, name: str) -> Signer:
        """An end entity under this authority."""
        key = _new_key()
        certificate = self._certificate(_name(name), key, self._subject, self._key, is_authority=False)
        return Signer(key, [certificate, *self._chain])

    def _certificate(
        self,
        subject: x509.Name,
        key: rsa.RSAPrivateKey,
        issuer: x509.Name,
        issuer_key: rsa.RSAPrivateKey,
        *,
        is_authority: bool,
    ) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - timedelta(days=1))
            .not_valid_after(self._now + VALID)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(issuer_key, hashes.SHA256())
        )


class ScannerKeys:
    """What one scanner signs with; `forged` looks the same but comes from nowhere."""

    def __init__(self, root: Authority, device: str) -> None:
        self.device = root.authority("Bench Device Maker").signer(device)
        self.module = root.authority("Bench Trust Module Maker").signer("Bench trust module")
        self._device_name = device

    @functools.cached_property
    def forged(self) -> Signer:
        return Authority("Bench Device Maker").signer(self._device_name)


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
