"""`station packages` and `station office`, as real commands over real files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import bagit
import msgspec
import pytest

from station.bench import package
from station.clock import SetClock
from station.journal import Journal
from station.journal.events import Event, PackageDelivered, PackagePurged, PackageReceived, PackageSealed
from station.office import keys
from station.packages import record
from station.packages.keys import STATION_KEY, signer_of, station_key, trust_office
from station.packages.sealing import Sealed, seal

if TYPE_CHECKING:
    from tests.cli.conftest import Run


class Place(msgspec.Struct, frozen=True):
    """A station's data folder with one sealed package, and an office's folder."""

    data: Path
    office: Path
    sealed: Sealed


@pytest.fixture
def place(tmp_path: Path) -> Place:
    data, clock = tmp_path / "data", SetClock(package.AT)
    office = keys.create(tmp_path / "office", "disdukcapil", clock)
    key = station_key(data / "keys", package.STATION)
    keys.add_station(office, signer_of(package.STATION, key))
    trust_office(data / "keys", office.recipients, office.itself)
    (data / "packages").mkdir()
    sealed = seal(package.contents(), office.recipients, key, data / "packages")
    return Place(data, office.folder, sealed)


@pytest.fixture
def run(place: Place, run_on: Callable[[Path], Run]) -> Run:
    return run_on(place.data)


def journal_says(place: Place, *events: Event) -> None:
    journal = Journal.open(place.data, SetClock(package.AT))
    with journal.command("sealer") as tx:
        for event in events:
            tx.append(event, place.sealed.id)
    journal.close()


def journal_says_sealed(place: Place, sha256: str = "") -> None:
    sha256 = sha256 or place.sealed.sha256
    journal_says(place, PackageSealed(enrolment="enr_x", sha256=sha256, size=place.sealed.size, bench=True))


def test_list_and_show_what_the_journal_knows(place: Place, run: Run) -> None:
    assert msgspec.json.decode(run("packages", "list", "--json").stdout) == []
    journal_says_sealed(place)
    (entry,) = msgspec.json.decode(run("packages", "list", "--json").stdout)
    assert (entry["id"], entry["state"], entry["sha256"]) == (place.sealed.id, "sealed", place.sealed.sha256)
    assert place.sealed.id in run("packages", "list").stdout
    shown = msgspec.json.decode(run("packages", "show", place.sealed.id, "--json").stdout)
    assert (shown["state"], shown["signer"], shown["size"]) == ("sealed", "*", place.sealed.size)
    assert "record" not in shown
    absent = run("packages", "show", "pkg_absent")
    assert (absent.returncode, "No such package" in absent.stderr) == (1, True)


def test_show_looks_inside_with_the_identity(place: Place, run: Run) -> None:
    options = ("--identity", place.office / "identity.txt", "--allowed-signers", place.office / "allowed_signers")
    done = run("packages", "show", place.sealed.path, *options)
    assert done.returncode == 0
    for text in (package.contents().record.biographic.name, "left-little: bandaged", "not a real enrolment"):
        assert text in done.stdout
    shown = msgspec.json.decode(run("packages", "show", place.sealed.path, *options, "--json").stdout)
    assert msgspec.convert(shown["record"], record.Record) == package.contents().record


def test_it_is_a_command(place: Place) -> None:
    verify = ["packages", "verify", "--data", str(place.data), str(place.sealed.path)]
    program = [sys.executable, "-m", "station", *verify]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_verify_says_good_or_what_is_wrong(place: Place, run: Run, tmp_path: Path) -> None:
    options = ("--identity", place.office / "identity.txt", "--allowed-signers", place.office / "allowed_signers")
    good = run("packages", "verify", place.sealed.path, *options)
    assert (good.returncode, good.stderr) == (0, "")
    assert "signature and contents, signed by station-07" in good.stdout
    assert run("packages", "verify").returncode == 0, "all of this station's, with its own key"
    for path in (place.sealed.path, place.sealed.signature):
        whole = path.read_bytes()
        changed = bytearray(whole)
        changed[len(changed) // 2] ^= 4
        path.write_bytes(changed)
        bad = run("packages", "verify", place.sealed.path, *options, "--json")
        assert bad.returncode == 1
        (said,) = msgspec.json.decode(bad.stdout)
        assert not said["good"]
        assert said["problem"]["code"].startswith("signature-")
        assert run("packages", "verify", place.sealed.path, *options).stdout.startswith("REFUSED")
        path.write_bytes(whole)
    missing = run("packages", "verify", tmp_path / "x.bag.tar.age", *options)
    assert (missing.returncode, "unreadable" in missing.stdout) == (1, True)


def refused_here(place: Place, run: Run) -> str:
    """The code with which `verify` and `show` refuse this station's one package."""
    done = run("packages", "verify", "--json")
    (said,) = msgspec.json.decode(done.stdout)
    shown = run("packages", "show", place.sealed.id, "--json")
    assert (done.returncode, said["good"], shown.returncode) == (1, False, 1)
    assert msgspec.json.decode(shown.stdout)["problem"] == said["problem"]
    assert said["problem"]["what"] in shown.stderr
    return str(said["problem"]["code"])


def test_what_the_journal_lists_must_be_here(place: Place, run: Run) -> None:
    journal_says_sealed(place)
    assert run("packages", "verify").returncode == 0
    signature = place.sealed.signature.read_bytes()
    place.sealed.signature.unlink()
    assert refused_here(place, run) == "signature-missing"
    place.sealed.path.unlink()
    assert refused_here(place, run) == "missing"
    place.sealed.signature.write_bytes(signature)
    assert refused_here(place, run) == "missing"
    assert f"REFUSED  {place.sealed.path}: The journal lists it as sealed" in run("packages", "verify").stdout
    journal_says(place, PackageDelivered(store="store"))
    assert "Copy it back from the store" in run("packages", "show", place.sealed.id).stderr


def test_what_the_office_has_received_need_not_be_here(place: Place, run: Run) -> None:
    journal_says_sealed(place)
    journal_says(place, PackageDelivered(store="store"), PackageReceived(verdict="accepted", reason=""))
    assert "1 of 1 packages are good" in run("packages", "verify").stdout, "it is still here"
    place.sealed.path.unlink()
    for event in ((), (PackagePurged(),)):
        journal_says(place, *event)
        done = run("packages", "verify")
        assert (done.returncode, done.stdout) == (0, "0 of 0 packages are good\n")
        assert run("packages", "show", place.sealed.id).returncode == 0


def test_another_package_of_this_station_is_refused(place: Place, run: Run) -> None:
    journal_says_sealed(place, sha256="0" * 64)
    assert refused_here(place, run) == "exchanged"
    assert run("packages", "verify", place.sealed.path).returncode == 1, "named as a file too"
    assert run("packages", "show", place.sealed.path).returncode == 1


def test_where_there_is_no_data_it_is_said(run: Run, tmp_path: Path) -> None:
    for command in (["list"], ["verify"], ["show", "pkg_x"]):
        done = run("packages", *command, "--data", tmp_path / "nix")
        assert (done.returncode, "There is no station's data in" in done.stderr) == (1, True)
    assert not (tmp_path / "nix").exists()


def test_without_a_station_key_the_signers_are_asked_for(place: Place, run: Run) -> None:
    (place.data / "keys" / STATION_KEY).unlink()
    done = run("packages", "verify", place.sealed.path)
    assert done.returncode == 1
    assert "--allowed-signers" in done.stderr
    assert "Traceback" not in done.stderr


def test_open_writes_a_bag(place: Place, run: Run, tmp_path: Path) -> None:
    options = ("--identity", place.office / "identity.txt", "--allowed-signers", place.office / "allowed_signers")
    done = run("packages", "open", place.sealed.path, *options, "--out", tmp_path / "out")
    assert done.stdout.strip() == str(tmp_path / "out" / place.sealed.id)
    bagit.Bag(done.stdout.strip()).validate()
    again = run("packages", "open", place.sealed.path, *options, "--out", tmp_path / "out")
    assert (again.returncode, "already there" in again.stderr) == (1, True)
    assert "Move it away first" in again.stderr
    wrong = run("packages", "open", place.sealed.path, "--identity", place.office / "office_key", *options[2:])
    assert (wrong.returncode, "no age identity" in wrong.stderr) == (1, True)


def test_schema_is_printed_as_published(run: Run) -> None:
    assert run("packages", "schema").stdout.encode() == record.SCHEMA.read_bytes()


def test_help_has_examples(run: Run) -> None:
    for command in (["packages", "list"], ["packages", "show"], ["packages", "verify"], ["packages", "open"]):
        assert f"Example: station {' '.join(command)}" in run(*command, "--help").stdout
    for command in (["office", "init"], ["office", "trust"], ["office", "take-in"]):
        assert f"Example: station {' '.join(command)}" in run(*command, "--help").stdout


def test_an_office_from_its_making_to_the_first_package(place: Place, run: Run, tmp_path: Path) -> None:
    folder, store = tmp_path / "new", tmp_path / "store"
    made = run("office", "init", "--dir", folder, "--name", "new-office")
    assert (made.returncode, "escrow.txt" in made.stdout) == (0, True)
    assert run("office", "init", "--dir", folder, "--name", "again").returncode == 1
    public = place.data / "keys" / f"{STATION_KEY}.pub"
    assert "is trusted" in run("office", "trust", package.STATION, public, "--dir", folder).stdout
    assert "already" in run("office", "trust", package.STATION, public, "--dir", folder).stdout
    assert run("office", "trust", "x", place.office / "identity.txt", "--dir", folder).returncode == 1
    away = run("office", "take-in", "--store", store, "--dir", folder)
    assert (away.returncode, "Plug in the disk" in away.stderr) == (1, True)
    store.mkdir()
    office = keys.Office(folder)
    seal(package.contents(), office.recipients, station_key(place.data / "keys", package.STATION), store)
    refused = run("office", "take-in", "--store", store, "--dir", folder, "--json")
    assert refused.returncode == 1
    assert [entry["code"] for entry in msgspec.json.decode(refused.stdout)] == ["bench"]
    taken = run("office", "take-in", "--store", store, "--dir", folder, "--accept-bench")
    assert (taken.returncode, "1 of 1 packages are filed" in taken.stdout) == (0, True)
    assert (folder / "packages" / package.PACKAGE / "bagit.txt").exists()
