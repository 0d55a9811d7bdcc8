"""Intake: filed or refused, always answered, and the same however often it runs or is cut."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import bagit
import pytest

from station.bench import package
from station.office import keys
from station.packages import age, bag, receipts, sealing
from station.packages.keys import signer_of, station_key
from station.packages.problems import Code, Refused
from station.packages.receipts import Receipt, confirm, purge
from station.packages.signers import Signer, Signers
from station.packages.sshsig import PACKAGE_NAMESPACE, SigningKey

if TYPE_CHECKING:
    from tests.office.conftest import Line


def answer(line: Line, package_id: str) -> Receipt:
    """The receipt in the store, as a station reads it."""
    trusted = Signers.load(line.office.office_signers_file)
    text = (line.store_folder / "receipts" / f"{package_id}.json").read_bytes()
    signature = (line.store_folder / "receipts" / f"{package_id}.json.sig").read_bytes()
    return receipts.decode(text, signature, trusted, line.clock.now(), "receipt").receipt


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_package_is_filed_and_answered_and_the_station_lets_go(line: Line) -> None:
    sent = package.contents(bench=False)
    sealed = line.send(sent)
    assert [(taken.package, taken.verdict, taken.new) for taken in line.take_in()] == [(sealed.id, "accepted", True)]
    filed = line.office.packages / sealed.id
    bagit.Bag(str(filed)).validate()
    for path, data in sent.files:
        assert (filed / "data" / path).read_bytes() == data
    modes = {stat.S_IMODE(path.stat().st_mode) for path in line.office.folder.rglob("*")}
    assert modes == {0o600, 0o700}
    confirmed = confirm(
        line.store, line.packages, sealed.id, Signers.load(line.office.office_signers_file), line.clock.now()
    )
    assert confirmed is not None
    assert confirmed.office == "disdukcapil"
    purge(line.packages, confirmed)
    assert list(line.packages.iterdir()) == []


def test_taking_in_again_changes_nothing(line: Line) -> None:
    line.send(package.contents(package_id="pkg_a", bench=False))
    line.send(package.contents(package_id="pkg_b", bench=True))
    first = line.take_in()
    before = tree(line.office.folder), tree(line.store_folder)
    line.clock.advance(3600)
    again = line.take_in()
    assert [(taken.package, taken.verdict) for taken in again] == [(taken.package, taken.verdict) for taken in first]
    assert not any(taken.new for taken in again)
    assert (tree(line.office.folder), tree(line.store_folder)) == before


def test_bench_packages_are_refused_unless_asked_for(line: Line) -> None:
    sealed = line.send(package.contents(bench=True))
    assert [(taken.verdict, taken.code) for taken in line.take_in()] == [("refused", Code.BENCH)]
    assert answer(line, sealed.id).verdict == "refused"
    assert list(line.office.packages.iterdir()) == []
    assert [taken.verdict for taken in line.take_in(accept_bench=True)] == ["accepted"]
    assert answer(line, sealed.id).verdict == "accepted"
    assert [taken.verdict for taken in line.take_in()] == ["accepted"], "an acceptance is final"


def test_every_refusal_has_a_reason_and_a_receipt(line: Line, tmp_path: Path) -> None:
    stranger = SigningKey.create(tmp_path / "stranger", "x")
    good = package.contents(package_id="pkg_good", bench=False)
    line.send(good)
    line.send(package.contents(package_id="pkg_stranger", bench=False), key=stranger)
    flipped = bytearray(line.send(package.contents(package_id="pkg_flipped", bench=False)).path.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    (line.store_folder / "pkg_flipped.bag.tar.age").write_bytes(flipped)
    (line.store_folder / "pkg_unsigned.bag.tar.age").write_bytes(b"x")
    line.send(package.contents(package_id="pkg_huge", bench=False))
    os.truncate(line.store_folder / "pkg_huge.bag.tar.age", bag.MAX_PACKAGE + 1)
    elsewhere = age.encrypt(bag.build(good), age.Recipients.of([age.new_identity(line.clock.now())[1]]))
    (line.store_folder / "pkg_elsewhere.bag.tar.age").write_bytes(elsewhere)
    (line.store_folder / "pkg_elsewhere.bag.tar.age.sig").write_bytes(line.key.sign(elsewhere, PACKAGE_NAMESPACE))
    for suffix in (sealing.PACKAGE_SUFFIX, sealing.SIGNATURE_SUFFIX):
        (line.store_folder / f"pkg_renamed{suffix}").write_bytes((line.packages / f"pkg_good{suffix}").read_bytes())
    (line.store_folder / "Not A Package.bag.tar.age").write_bytes(b"x")
    taken = {entry.package: entry for entry in line.take_in()}
    assert {name: entry.code for name, entry in taken.items()} == {
        "pkg_good": "",
        "pkg_stranger": Code.SIGNER_UNKNOWN,
        "pkg_flipped": Code.SIGNATURE_WRONG,
        "pkg_unsigned": Code.SIGNATURE_MISSING,
        "pkg_huge": Code.TOO_LARGE,
        "pkg_elsewhere": Code.WRONG_IDENTITY,
        "pkg_renamed": Code.NAME,
        "'Not A Package'": Code.NAME,
    }
    assert [path.name for path in line.office.packages.iterdir()] == ["pkg_good"]
    for name, entry in taken.items():
        assert (entry.verdict == "accepted") == (name == "pkg_good")
        if entry.verdict != "ignored":
            said = answer(line, name)
            assert (said.package, said.verdict, said.code, said.reason) == (
                name,
                entry.verdict,
                entry.code,
                entry.reason,
            )
            assert said.sha256 == line.store.digest(f"{name}{sealing.PACKAGE_SUFFIX}")
        if entry.verdict == "refused":
            assert entry.reason


def test_a_refusal_is_mended_when_its_cause_is(line: Line, tmp_path: Path) -> None:
    other = station_key(tmp_path / "other", package.STATION)
    sealed = line.send(package.contents(bench=False), key=other)
    assert [taken.code for taken in line.take_in()] == [Code.SIGNER_UNKNOWN]
    assert keys.add_station(line.office, signer_of(package.STATION, other))
    assert not keys.add_station(line.office, signer_of(package.STATION, other))
    assert [(taken.verdict, taken.new) for taken in line.take_in()] == [("accepted", True)]
    assert answer(line, sealed.id).verdict == "accepted"


@pytest.mark.parametrize("lost", ["receipts/*.json", "receipts/*.sig", "receipts/*"])
def test_a_lost_receipt_is_made_good(line: Line, lost: str) -> None:
    sealed = line.send(package.contents(bench=False))
    line.take_in()
    for folder in (line.store_folder, line.office.folder):
        whole = tree(line.store_folder)
        for path in folder.glob(lost):
            path.unlink()
        line.take_in()
        assert answer(line, sealed.id).verdict == "accepted"
        assert tree(line.store_folder) == whole


TAKE_IN = """
import sys
from pathlib import Path
from station.clock import SystemClock
from station.office.intake import take_in
from station.office.keys import Office
from station.packages.store import Store
print("ready", flush=True)
for taken in take_in(Office(Path(sys.argv[1])), Store.open(sys.argv[2]), SystemClock()):
    print(taken.package, flush=True)
"""


def test_killed_at_any_moment_it_ends_the_same(line: Line) -> None:
    wanted = [f"pkg_{number:02}" for number in range(16)]
    for package_id in wanted:
        line.send(package.contents(package_id=package_id, bench=False))
    chance = random.Random(5)
    program = [sys.executable, "-c", TAKE_IN, str(line.office.folder), str(line.store_folder)]
    for _ in range(5):
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as office:
            assert office.stdout is not None
            for _ in range(chance.randrange(1, 6)):
                office.stdout.readline()
            office.send_signal(signal.SIGKILL)
    subprocess.run(program, check=True, capture_output=True, timeout=60)
    assert sorted(path.name for path in line.office.packages.iterdir()) == wanted
    for package_id in wanted:
        bagit.Bag(str(line.office.packages / package_id)).validate()
        assert answer(line, package_id).verdict == "accepted"
    assert not [path for path in line.office.receipts.iterdir() if path.name.startswith(".")]


def test_two_at_once_take_each_package_once(line: Line) -> None:
    for number in range(6):
        line.send(package.contents(package_id=f"pkg_{number}", bench=False))
    program = [sys.executable, "-c", TAKE_IN, str(line.office.folder), str(line.store_folder)]
    workers = [subprocess.Popen(program, stdout=subprocess.PIPE) for _ in range(2)]
    for worker in workers:
        worker.communicate(timeout=60)
        assert worker.returncode == 0
    assert len(list(line.office.packages.iterdir())) == 6


def test_an_office_is_made_once_and_its_keys_are_those_of_the_tools(line: Line, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        keys.create(line.office.folder, "again", line.clock)
    public = subprocess.run(["age-keygen", "-y", line.office.identity_file], check=True, capture_output=True, text=True)
    escrow = subprocess.run(
        ["age-keygen", "-y", line.office.folder / "escrow.txt"], check=True, capture_output=True, text=True
    )
    assert line.office.recipients.keys == (public.stdout.strip(), escrow.stdout.strip())
    kept = age.new_identity(line.clock.now())[1]
    other = keys.create(tmp_path / "other", "other", line.clock, escrow=kept)
    assert other.recipients.keys[1] == kept
    assert not (other.folder / "escrow.txt").exists()
    with pytest.raises(Refused, match="'two words': The name cannot stand"):
        keys.add_station(other, Signer("two words", line.key.public, PACKAGE_NAMESPACE))
    with pytest.raises(Refused, match="'two words': The name cannot stand"):
        keys.create(tmp_path / "third", "two words", line.clock)
