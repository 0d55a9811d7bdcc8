"""What must hold before a capture is believed.

Each signed object is a JWS (RS256) whose certificate chain (x5c) ends in one of the roots that the
station was given; a certificate in the message proves nothing by itself. Beyond the signatures:
the transaction is the one that was asked for, the time is now, the purpose is registration, the
device identity inside is signed too and of the right type, and the hash chain continues:
hash = SHA-256(previous hash bytes, then SHA-256 of the ISO record), upper-case hex, where the first
previous hash is SHA-256 of nothing (as the compliance kit computes it).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

import jwt
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from station.hardware.sbi import wire

CLOCK_LAG: Final = timedelta(minutes=5)
"""How far a device's clock may be off: what the reference client allows."""

_JWS: Final = jwt.PyJWS(algorithms=["RS256"])

T = TypeVar("T")


class Untrusted(Exception):
    """A signed object is not what it must be; the message says in which way."""


class Captured(msgspec.Struct, frozen=True):
    """One verified capture."""

    data: wire.BioData
    device: wire.DigitalId
    record: bytes
    hash: str


class Trust:
    """The certificates in which a device's chain must end."""

    def __init__(self, anchors: Sequence[x509.Certificate]) -> None:
        if not anchors:
            raise ValueError("no trust anchors: no scanner can be believed")
        self._store = Store(list(anchors))

    @classmethod
    def from_folder(cls, folder: Path) -> Trust:
        """All certificates of the `*.pem` files in `folder`. Raises ValueError when there are none."""
        anchors = [
            certificate
            for path in sorted(folder.glob("*.pem"))
            for certificate in x509.load_pem_x509_certificates(path.read_bytes())
        ]
        if not anchors:
            raise ValueError(f"{folder} holds no *.pem certificates. Put the device makers' roots there.")
        return cls(anchors)

    def open(self, token: str, kind: type[T], now: datetime) -> T:
        """The payload of a JWS that is signed under one of the anchors. Raises Untrusted."""
        try:
            chain = _chain(token)
        except (jwt.InvalidTokenError, ValueError, TypeError, KeyError, binascii.Error) as error:
            raise Untrusted(f"not a JWS with certificates: {error}") from error
        self._verify_chain(chain, now)
        key = chain[0].public_key()
        if not isinstance(key, RSAPublicKey):
            raise Untrusted("certificate has no RSA key")
        try:
            payload: bytes = _JWS.decode(token, key, algorithms=["RS256"])
        except jwt.InvalidTokenError as error:
            raise Untrusted(f"signature: {error}") from error
        try:
            return msgspec.json.decode(payload, type=kind)
        except msgspec.DecodeError as error:
            raise Untrusted(f"payload: {error}") from error

    def check_capture(
        self, biometric: wire.Biometric, request: wire.CaptureRequest, previous_hash: str, now: datetime
    ) -> Captured:
        """One biometric of a reply to `request`. Raises Untrusted."""
        _check_spec_version(biometric.spec_version)
        if not biometric.data or not biometric.hash:
            raise Untrusted("data or hash is missing")
        data = self.open(biometric.data, wire.BioData, now)
        _check_same("transaction id", data.transaction_id, request.transaction_id)
        _check_same("purpose", data.purpose, request.purpose)
        _check_same("env", data.env, request.env)
        _check_same("type", data.bio_type, request.bio[0].type)
        _check_time(data.timestamp, now)
        device = self.open(data.digital_id, wire.DigitalId, now)
        _check_same("type of the device", device.type, request.bio[0].type)
        record = _unbase64(data.bio_value)
        expected = chain_hash(previous_hash, record)
        if biometric.hash != expected:
            raise Untrusted("hash does not continue the chain")
        return Captured(data=data, device=device, record=record, hash=expected)

    def _verify_chain(self, chain: list[x509.Certificate], now: datetime) -> None:
        """Device certificates follow no web profile, so only what a chain needs is demanded of them."""
        authorities = ExtensionPolicy.permit_all().require_present(
            x509.BasicConstraints, Criticality.AGNOSTIC, _must_be_authority
        )
        verifier = (
            PolicyBuilder()
            .store(self._store)
            .time(now)
            .extension_policies(ca_policy=authorities, ee_policy=ExtensionPolicy.permit_all())
            .build_client_verifier()
        )
        try:
            verifier.verify(chain[0], chain[1:])
        except VerificationError as error:
            raise Untrusted(f"certificate: {error}") from error


def chain_hash(previous_hash: str, record: bytes) -> str:
    """The hash of a block: `previous_hash` is that of the block before, empty for the first."""
    before = bytes.fromhex(previous_hash) if previous_hash else hashlib.sha256(b"").digest()
    return hashlib.sha256(before + hashlib.sha256(record).digest()).hexdigest().upper()


def unsigned_payload(token: str, kind: type[T]) -> T:
    """The payload of a base64url object that carries no signature, as in discovery. Raises Untrusted."""
    middle = token.split(".")[1] if token.count(".") == 2 else token
    try:
        return msgspec.json.decode(_unbase64(middle), type=kind)
    except msgspec.DecodeError as error:
        raise Untrusted(f"payload: {error}") from error


def _must_be_authority(policy: Policy, certificate: x509.Certificate, extension: x509.BasicConstraints) -> None:
    if not extension.ca:
        raise ValueError("issuer is no certificate authority")


def _chain(token: str) -> list[x509.Certificate]:
    header = jwt.get_unverified_header(token)
    chain = header["x5c"]
    if not isinstance(chain, list) or not chain:
        raise ValueError("x5c is empty")
    return [x509.load_der_x509_certificate(base64.b64decode(entry)) for entry in chain]


def _unbase64(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise Untrusted("not base64url") from error


def _check_spec_version(version: str | list[str] | None) -> None:
    versions = [version] if isinstance(version, str) else version or []
    if not wire.SPEC_VERSIONS.intersection(versions):
        raise Untrusted(f"specification version {versions} is not known")


def _check_same(what: str, got: str, wanted: str) -> None:
    if got != wanted:
        raise Untrusted(f"{what} is {got!r} and not {wanted!r}")


def _check_time(stamp: str, now: datetime) -> None:
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError as error:
        raise Untrusted(f"time {stamp!r} is no ISO 8601 time") from error
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    if abs(at - now) > CLOCK_LAG:
        raise Untrusted(f"captured at {stamp}, more than {CLOCK_LAG} from now")
