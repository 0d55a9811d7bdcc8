"""SSH keys and signatures in SSHSIG form (OpenSSH PROTOCOL.sshsig), Ed25519 only.

What is signed here, ``ssh-keygen -Y verify`` accepts, and the other way round. The sshsig library on
PyPI verifies for git only (it neither signs nor weighs principals, namespaces or dates), so the form
is written here on top of `cryptography`, which does all the arithmetic. Who may sign stands in
``signers``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from station import files
from station.packages.problems import Code, Refused

PACKAGE_NAMESPACE: Final = "capture-package"
RECEIPT_NAMESPACE: Final = "capture-receipt"

_MAGIC: Final = b"SSHSIG"
_VERSION: Final = 1
_KEY_TYPE: Final = b"ssh-ed25519"
_OTHER_KEYS: Final = {
    "ssh-rsa": 3,
    "ecdsa-sha2-nistp256": 3,
    "ecdsa-sha2-nistp384": 3,
    "ecdsa-sha2-nistp521": 3,
    "sk-ssh-ed25519@openssh.com": 3,
    "sk-ecdsa-sha2-nistp256@openssh.com": 4,
}
"""Other types of public keys, and of how many strings each consists."""
_HASHES: Final = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_BEGIN: Final = b"-----BEGIN SSH SIGNATURE-----\n"
_END: Final = b"-----END SSH SIGNATURE-----\n"
_LINE: Final = 70
"""Base64 characters a line, as ssh-keygen writes it."""
MAX_SIGNATURE: Final = 4096
"""Bytes; an Ed25519 signature in this form takes about 300."""


class PublicKey(msgspec.Struct, frozen=True):
    """An Ed25519 public key: its 32 bytes."""

    raw: bytes

    @property
    def blob(self) -> bytes:
        """The key in SSH wire form."""
        return _strings(_KEY_TYPE, self.raw)

    @property
    def line(self) -> str:
        """The key as a `.pub` file and allowed_signers write it, without a comment."""
        return f"ssh-ed25519 {base64.b64encode(self.blob).decode()}"


class SigningKey:
    """An Ed25519 private key in a file that ssh-keygen made or could have made."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def create(cls, path: Path, comment: str) -> SigningKey:
        """Make a new key: `path` (private, 0600) and `path`.pub. Raises Refused where `path` exists."""
        if path.exists():
            raise Refused(Code.EXISTS, "A key is already there.", path.name, "Use it, or move it away first.")
        key = cls(Ed25519PrivateKey.generate())
        public = path.with_name(f"{path.name}.pub")
        files.write_all_durably([(public, f"{key.public.line} {comment}\n".encode()), (path, key.to_openssh())])
        return key

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """Read an unencrypted OpenSSH private key file. Raises Refused."""
        where = path.name
        try:
            return cls.from_openssh(files.read_file(path), where)
        except OSError as error:
            raise Refused(
                Code.KEY_FILE, f"The key cannot be read: {error.strerror}.", where, "Check the path and its rights."
            ) from error

    @classmethod
    def from_openssh(cls, data: bytes, where: str = "key") -> SigningKey:
        """Read the text of an unencrypted OpenSSH private key. Raises Refused."""
        try:
            key = serialization.load_ssh_private_key(data, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise Refused(
                Code.KEY_FILE,
                "This is no unencrypted OpenSSH private key.",
                where,
                "Make one with: ssh-keygen -t ed25519 -N ''.",
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise Refused(
                Code.KEY_FILE, "The key is not of the type ssh-ed25519.", where, "Make one with: ssh-keygen -t ed25519."
            )
        return cls(key)

    def __reduce__(self) -> tuple[Callable[[bytes], SigningKey], tuple[bytes]]:
        # So that sealing can run in a worker process, away from the screens.
        return SigningKey.from_openssh, (self.to_openssh(),)

    def to_openssh(self) -> bytes:
        """The key as the text of an unencrypted OpenSSH private key file."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )

    @property
    def public(self) -> PublicKey:
        return PublicKey(
            self._key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        )

    def sign(self, message: bytes, namespace: str) -> bytes:
        """The armoured signature of `message`, as ``ssh-keygen -Y sign -O hashalg=sha256`` writes it."""
        return self.sign_digest(hashlib.sha256(message).digest(), namespace)

    def sign_digest(self, digest: bytes, namespace: str) -> bytes:
        """The same from the message's SHA-256, which the caller needs anyway: half of sealing's hashing."""
        scope, algorithm = namespace.encode(), b"sha256"
        signed = self._key.sign(_MAGIC + _strings(scope, b"", algorithm, digest))
        fields = _strings(self.public.blob, scope, b"", algorithm, _strings(_KEY_TYPE, signed))
        return _armour(_MAGIC + struct.pack(">I", _VERSION) + fields)


def verify(message: bytes, signature: bytes, namespace: str, where: str = "signature") -> PublicKey:
    """The key that made the armoured `signature` of `message`. Whether it may sign is asked of `signers`.

    The armour must be exactly as written by ssh-keygen: one form only, so that no byte of a signature
    file can change unnoticed. Raises Refused.
    """
    remedy = "Take the signature file again from where it was made."
    blob = _unarmour(signature)
    parsed = _read_blob(blob) if blob is not None else None
    if parsed is None:
        raise Refused(Code.SIGNATURE_FORM, "This is no SSH signature made with an Ed25519 key.", where, remedy)
    key, scope, reserved, algorithm, signed = parsed
    if not hmac.compare_digest(scope, namespace.encode()):
        raise Refused(
            Code.SIGNATURE_FORM, f"The signature was made for another purpose than {namespace}.", where, remedy
        )
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signed, _to_be_signed(message, scope, reserved, algorithm))
    except InvalidSignature as error:
        raise Refused(
            Code.SIGNATURE_WRONG,
            "The signature does not fit the file: one of them was changed or belongs to another.",
            where,
            "Take both files again from the station that made them.",
        ) from error
    return key


def read_public_key(kind: str, encoded: str, where: str) -> PublicKey:
    """A key as it stands in a `.pub` or allowed_signers line. Raises Refused."""
    try:
        raw = _key_of(base64.b64decode(encoded, validate=True)) if kind == _KEY_TYPE.decode() else None
    except binascii.Error:
        raw = None
    if raw is None:
        raise Refused(
            Code.KEY_FILE, "This is no public key of the type ssh-ed25519.", where, "Give the line of a .pub file."
        )
    return raw


def is_other_key(kind: str, encoded: str) -> bool:
    """Is this a whole key of another type that ssh-keygen makes? Its fields are counted and named, not weighed."""
    try:
        blob = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return False
    fields = _split(blob, _OTHER_KEYS.get(kind, 0))
    return bool(fields and fields[0] == kind.encode() and all(fields))


def _to_be_signed(message: bytes, scope: bytes, reserved: bytes, algorithm: bytes) -> bytes:
    return _MAGIC + _strings(scope, reserved, algorithm, _HASHES[algorithm](message).digest())


def _read_blob(blob: bytes) -> tuple[PublicKey, bytes, bytes, bytes, bytes] | None:
    head = _MAGIC + struct.pack(">I", _VERSION)
    fields = _split(blob[len(head) :], 5) if blob.startswith(head) else None
    if fields is None:
        return None
    key_blob, scope, reserved, algorithm, signature_blob = fields
    key, signature = _key_of(key_blob), _split(signature_blob, 2)
    if key is None or signature is None or signature[0] != _KEY_TYPE or algorithm not in _HASHES:
        return None
    return key, scope, reserved, algorithm, signature[1]


def _key_of(blob: bytes) -> PublicKey | None:
    fields = _split(blob, 2)
    if fields is None or fields[0] != _KEY_TYPE or len(fields[1]) != 32:
        return None
    return PublicKey(fields[1])


def _strings(*values: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(value)) + value for value in values)


def _split(data: bytes, count: int) -> list[bytes] | None:
    """Exactly `count` SSH strings that fill `data`, or None."""
    values: list[bytes] = []
    while len(data) >= 4 and len(values) < count:
        end = 4 + int.from_bytes(data[:4], "big")
        if end > len(data):
            return None
        values.append(data[4:end])
        data = data[end:]
    return values if len(values) == count and not data else None


def _armour(blob: bytes) -> bytes:
    text = base64.b64encode(blob)
    lines = [text[start : start + _LINE] + b"\n" for start in range(0, len(text), _LINE)]
    return b"".join([_BEGIN, *lines, _END])


def _unarmour(signature: bytes) -> bytes | None:
    if len(signature) > MAX_SIGNATURE or not signature.startswith(_BEGIN) or not signature.endswith(_END):
        return None
    try:
        blob = base64.b64decode(signature[len(_BEGIN) : -len(_END)].replace(b"\n", b""), validate=True)
    except binascii.Error:
        return None
    return blob if _armour(blob) == signature else None
