"""Setting up a station's keys: nothing is replaced, nothing wrong is installed, what is missing is said."""

from __future__ import annotations

import subprocess
from pathlib import Path

import msgspec
import pytest

from station.packages import key_setup
from station.packages.problems import Refused
from station.packages.signers import Signer, Signers
from station.packages.sshsig import PACKAGE_NAMESPACE, RECEIPT_NAMESPACE, SigningKey
from tests.packages.conftest import World


class Given(msgspec.Struct, frozen=True):
    """What the office gives, and where the station keeps its keys."""

    recipients: Path
    signers: Path
    keys: Path


@pytest.fixture
def given(world: World, tmp_path: Path) -> Given:
    recipients, signers = tmp_path / "from-office.txt", tmp_path / "office_signers"
    recipients.write_text("".join(f"{key}\n" for key in world.recipients.keys))
    office = SigningKey.create(tmp_path / "office_key", "disdukcapil")
    signers.write_text(Signer("disdukcapil", office.public, RECEIPT_NAMESPACE).line() + "\n")
    return Given(recipients, signers, tmp_path / "data" / "keys")


def test_a_fresh_station_is_set_up(given: Given) -> None:
    assert [state.file for state in key_setup.look(given.keys).files if state.problem.startswith("missing")] == [
        "station_ed25519",
        "recipients.txt",
        "office_signers",
    ]
    made = key_setup.init(given.keys, "station-7")
    assert not made.complete
    assert given.keys.stat().st_mode & 0o777 == 0o700
    assert (given.keys / "station_ed25519").stat().st_mode & 0o777 == 0o600
    shown = subprocess.run(
        ["ssh-keygen", "-y", "-f", given.keys / "station_ed25519"], capture_output=True, text=True, check=True
    )
    assert shown.stdout.split()[:2] == made.public_key.split()
    assert key_setup.install(given.keys, given.recipients, given.signers).complete
    assert (given.keys / "recipients.txt").read_text().split() == sorted(given.recipients.read_text().split())
    assert [signer.principals for signer in Signers.load(given.keys / "office_signers")] == ["disdukcapil"]


def test_a_key_is_never_replaced(given: Given) -> None:
    first = key_setup.init(given.keys, "station-7")
    with pytest.raises(Refused, match="already there"):
        key_setup.init(given.keys, "station-7")
    assert key_setup.look(given.keys).public_key == first.public_key


def test_the_same_again_changes_nothing_and_others_are_refused(given: Given, world: World) -> None:
    key_setup.install(given.keys, given.recipients, given.signers)
    first, second = given.recipients.read_text().split()
    given.recipients.write_text(f"# office and escrow\n{second}\n\n{first}\n")
    key_setup.install(given.keys, given.recipients, given.signers)
    before = (given.keys / "recipients.txt").read_bytes()
    given.recipients.write_text(first)
    with pytest.raises(Refused, match=r"recipients.txt: Other keys are installed"):
        key_setup.install(given.keys, given.recipients, given.signers)
    assert (given.keys / "recipients.txt").read_bytes() == before


@pytest.mark.parametrize(
    ("recipients", "signers", "said"),
    [
        ("age1bad", None, "no X25519 recipient"),
        ("", None, "no recipient"),
        (None, "", "lists no office"),
        (None, "nonsense", "no names and key"),
    ],
)
def test_what_is_no_key_is_not_installed(given: Given, recipients: str | None, signers: str | None, said: str) -> None:
    if recipients is not None:
        given.recipients.write_text(recipients)
    if signers is not None:
        given.signers.write_text(signers)
    with pytest.raises(Refused, match=said):
        key_setup.install(given.keys, given.recipients, given.signers)
    assert not given.keys.exists()


def test_a_station_is_no_office(given: Given, world: World) -> None:
    given.signers.write_text(Signer("station-7", world.key.public, PACKAGE_NAMESPACE).line() + "\n")
    with pytest.raises(Refused, match="may not sign receipts"):
        key_setup.install(given.keys, given.recipients, given.signers)


def test_the_two_files_exchanged_are_refused(given: Given) -> None:
    with pytest.raises(Refused, match="no X25519 recipient"):
        key_setup.install(given.keys, given.signers, given.recipients)


def test_a_broken_file_is_told_as_broken_and_not_as_missing(given: Given) -> None:
    key_setup.init(given.keys, "station-7")
    key_setup.install(given.keys, given.recipients, given.signers)
    (given.keys / "recipients.txt").write_text("age1bad\n")
    broken = [state for state in key_setup.look(given.keys).files if state.problem]
    assert [(state.file, "X25519" in state.problem) for state in broken] == [("recipients.txt", True)]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o660, 0o777])
def test_a_private_key_that_others_may_read_is_told_with_what_to_do(given: Given, mode: int) -> None:
    key_setup.init(given.keys, "station-7")
    assert key_setup.install(given.keys, given.recipients, given.signers).complete
    (given.keys / "vault.key").write_bytes(bytes(32))
    for name in ("station_ed25519", "vault.key"):
        for private in ("station_ed25519", "vault.key"):
            (given.keys / private).chmod(0o600)
        assert key_setup.look(given.keys).complete
        (given.keys / name).chmod(mode)
        keys = key_setup.look(given.keys)
        assert not keys.complete
        (told,) = [state for state in keys.files if state.problem]
        assert told.file == name
        assert f"(mode {mode:04o}). Close it with: chmod 600 {given.keys / name}. If somebody" in told.problem
    subprocess.run(["chmod", "600", given.keys / "vault.key"], check=True)
    assert key_setup.look(given.keys).complete


def test_public_keys_may_be_read_by_all(given: Given) -> None:
    key_setup.init(given.keys, "station-7")
    key_setup.install(given.keys, given.recipients, given.signers)
    for name in ("station_ed25519.pub", "recipients.txt", "office_signers"):
        (given.keys / name).chmod(0o644)
    (given.keys / "station_ed25519").chmod(0o400)
    assert key_setup.look(given.keys).complete
