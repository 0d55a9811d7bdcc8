"""Keys, signatures and allowed_signers, against the real ssh-keygen in both directions."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from station.packages import sshsig
from station.packages.problems import Code, Refused
from station.packages.signers import Signer, Signers, matches
from station.packages.sshsig import PACKAGE_NAMESPACE, RECEIPT_NAMESPACE, SigningKey

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MESSAGE = b"some package\x00\xff" * 100


def keygen(*arguments: str, message: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["ssh-keygen", *arguments], input=message, capture_output=True, timeout=30)


def keygen_accepts(signers: Path, principal: str, namespace: str, signature: Path, message: bytes, *more: str) -> bool:
    done = keygen(
        "-Y", "verify", "-n", namespace, "-f", str(signers), "-I", principal, "-s", str(signature), *more,
        message=message,
    )  # fmt: skip
    return done.returncode == 0


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKey.create(tmp_path / "key", "bench")


def test_ssh_keygen_verifies_what_is_signed_here(tmp_path: Path, key: SigningKey) -> None:
    signature = tmp_path / "message.sig"
    signature.write_bytes(key.sign(MESSAGE, PACKAGE_NAMESPACE))
    signers = tmp_path / "allowed_signers"
    signers.write_text(Signer("station-*,!station-9", key.public, PACKAGE_NAMESPACE).line() + "\n")
    assert keygen_accepts(signers, "station-1", PACKAGE_NAMESPACE, signature, MESSAGE)
    assert not keygen_accepts(signers, "station-9", PACKAGE_NAMESPACE, signature, MESSAGE)
    assert not keygen_accepts(signers, "station-1", PACKAGE_NAMESPACE, signature, MESSAGE + b"x")
    assert not keygen_accepts(signers, "station-1", RECEIPT_NAMESPACE, signature, MESSAGE)


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_what_ssh_keygen_signs_is_verified_here(tmp_path: Path, algorithm: str) -> None:
    path = tmp_path / "theirs"
    keygen("-q", "-t", "ed25519", "-N", "", "-C", "me@there", "-f", str(path))
    message = tmp_path / "message"
    message.write_bytes(MESSAGE)
    keygen("-Y", "sign", "-n", PACKAGE_NAMESPACE, "-O", f"hashalg={algorithm}", "-f", str(path), str(message))
    signature = (tmp_path / "message.sig").read_bytes()
    kind, encoded, _ = (tmp_path / "theirs.pub").read_text().split()
    signers = Signers.parse(f"# office\n\noffice {kind} {encoded} a comment\n".encode())
    assert signers.verify(MESSAGE, signature, PACKAGE_NAMESPACE, AT).principals == "office"
    if algorithm == "sha256":
        assert SigningKey.load(path).sign(MESSAGE, PACKAGE_NAMESPACE) == signature


def test_ssh_keygen_reads_the_key_made_here(tmp_path: Path, key: SigningKey) -> None:
    path = tmp_path / "key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert keygen("-y", "-P", "", "-f", str(path)).stdout.decode().split()[:2] == key.public.line.split()
    assert (tmp_path / "key.pub").read_text() == f"{key.public.line} bench\n"
    with pytest.raises(Refused):
        SigningKey.create(path, "again")
    assert SigningKey.load(path).public == key.public


def test_every_flipped_bit_of_message_or_signature_is_refused(key: SigningKey) -> None:
    message = b"short message"
    signature = key.sign(message, PACKAGE_NAMESPACE)
    signers = Signers([Signer("a", key.public)])
    signers.verify(message, signature, PACKAGE_NAMESPACE, AT)
    for offset in range(len(signature)):
        for bit in range(8):
            changed = bytearray(signature)
            changed[offset] ^= 1 << bit
            with pytest.raises(Refused):
                signers.verify(message, bytes(changed), PACKAGE_NAMESPACE, AT)
    for cut in range(len(signature)):
        with pytest.raises(Refused):
            signers.verify(message, signature[:cut], PACKAGE_NAMESPACE, AT)
    for longer in (signature + b"\n", b"\n" + signature, signature * 2, signature.replace(b"\n", b"\r\n")):
        with pytest.raises(Refused):
            signers.verify(message, longer, PACKAGE_NAMESPACE, AT)


def test_another_purpose_is_refused(key: SigningKey) -> None:
    signature = key.sign(MESSAGE, RECEIPT_NAMESPACE)
    with pytest.raises(Refused, match="another purpose"):
        sshsig.verify(MESSAGE, signature, PACKAGE_NAMESPACE)
    limited = Signers([Signer("a", key.public, "git,capture-receipt")])
    assert limited.verify(MESSAGE, signature, RECEIPT_NAMESPACE, AT)
    with pytest.raises(Refused) as refused:
        limited.verify(MESSAGE, key.sign(MESSAGE, PACKAGE_NAMESPACE), PACKAGE_NAMESPACE, AT)
    assert refused.value.problem.code is Code.SIGNER_UNKNOWN


@pytest.mark.parametrize("patterns", ["a", "*", "a?", "st*,!st-9", "!a,*", "a,b", "[a]", "a.b", "*-*"])
@pytest.mark.parametrize("principal", ["a", "ab", "st-9", "st-8", "[a]", "axb", "b"])
def test_principals_match_as_in_ssh_keygen(tmp_path: Path, key: SigningKey, patterns: str, principal: str) -> None:
    signature = tmp_path / "message.sig"
    signature.write_bytes(key.sign(b"m", PACKAGE_NAMESPACE))
    signers = tmp_path / "allowed_signers"
    signers.write_text(f"{patterns} {key.public.line}\n")
    theirs = keygen_accepts(signers, principal, PACKAGE_NAMESPACE, signature, b"m")
    assert matches(principal, Signers.load(signers).verify(
        b"m", signature.read_bytes(), PACKAGE_NAMESPACE, AT).principals) == theirs  # fmt: skip


TIMES = ["20261123", "20261123Z", "20261124Z", "202611230259Z", "20261123030000Z", "20261123030001Z", "202611230300"]


@pytest.mark.parametrize("option", ["valid-after", "valid-before"])
@pytest.mark.parametrize("time", TIMES)
def test_times_are_weighed_as_by_ssh_keygen(tmp_path: Path, key: SigningKey, option: str, time: str) -> None:
    signature = tmp_path / "message.sig"
    signature.write_bytes(key.sign(b"m", PACKAGE_NAMESPACE))
    signers = tmp_path / "allowed_signers"
    signers.write_text(f'a namespaces="capture-*",{option}="{time}" {key.public.line}\n')
    at = f"{AT:%Y%m%d%H%M%SZ}"
    theirs = keygen_accepts(signers, "a", PACKAGE_NAMESPACE, signature, b"m", "-Overify-time=" + at)
    try:
        ours = bool(Signers.load(signers).verify(b"m", signature.read_bytes(), PACKAGE_NAMESPACE, AT))
    except Refused as refused:
        assert refused.problem.code is Code.SIGNER_UNKNOWN
        ours = False
    assert ours == theirs


@pytest.mark.parametrize("arguments", [["-t", "rsa", "-b", "2048"], ["-t", "ecdsa", "-b", "384"]])
def test_other_keys_and_comments_may_stand_beside(tmp_path: Path, key: SigningKey, arguments: list[str]) -> None:
    keygen("-q", *arguments, "-N", "", "-f", str(tmp_path / "other"))
    other = (tmp_path / "other.pub").read_text().strip()
    signature = tmp_path / "message.sig"
    signature.write_bytes(key.sign(b"m", PACKAGE_NAMESPACE))
    signers = tmp_path / "allowed_signers"
    signers.write_text(f'# stations\na namespaces="x" {other}\na {other}\na {key.public.line} of a # comment\n')
    assert keygen_accepts(signers, "a", PACKAGE_NAMESPACE, signature, b"m")
    assert [signer.key for signer in Signers.load(signers)] == [key.public]
    kind, encoded, *_ = other.split()
    for garbled in (f"a {kind} {encoded[:-8]}", f"a ssh-rsb {encoded}", f"a {kind} {key.public.line.split()[1]}"):
        with pytest.raises(Refused, match="line 1"):
            Signers.parse(f"{garbled}\n".encode())


def test_a_signer_reads_back_from_its_line(key: SigningKey) -> None:
    signer = Signer("a,b", key.public, "x,y", AT, AT.replace(year=2027))
    assert list(Signers.parse(signer.line().encode())) == [signer]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("ca cert-authority {key}", "certificate authority"),
        ('ca namespaces="x",cert-authority {key}', "certificate authority"),
        ("lonely", "no names and key"),
        ("a no-such-option {key}", "public key"),
        ("a ssh-rsa AAAAB3NzaC1yc2E=", "ssh-ed25519"),
        ("a ssh-ed25519 AAAA!", "ssh-ed25519"),
        ('a namespaces="x",namespaces="y" {key}', "twice"),
        ('a valid-after="20261399" {key}', "time"),
        ('a valid-after="soon" {key}', "time"),
        ("\0", "no allowed_signers"),
    ],
)
def test_a_bad_line_is_named(key: SigningKey, line: str, says: str) -> None:
    text = f"a {key.public.line}\n{line.format(key=key.public.line)}\n"
    with pytest.raises(Refused, match=says) as refused:
        Signers.parse(text.encode())
    assert says == "no allowed_signers" or "line 2" in refused.value.problem.where


@pytest.mark.parametrize("arguments", [["-t", "rsa", "-b", "2048", "-N", ""], ["-t", "ed25519", "-N", "secret"]])
def test_a_key_that_does_not_serve_is_refused(tmp_path: Path, arguments: list[str]) -> None:
    path = tmp_path / "other"
    keygen("-q", *arguments, "-f", str(path))
    with pytest.raises(Refused) as refused:
        SigningKey.load(path)
    assert refused.value.problem.code is Code.KEY_FILE
    assert refused.value.problem.remedy
    with pytest.raises(Refused):
        SigningKey.load(tmp_path / "absent")
