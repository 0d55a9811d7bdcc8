"""A package whose file was renamed, with its signature: what tells its id, and what is said when nothing does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from station.bench import package
from station.clock import SetClock
from station.journal import Journal
from station.journal.events import PackageSealed
from station.office import keys
from station.office.keys import Office
from station.packages import receipts
from station.packages.keys import signer_of, station_key, trust_office
from station.packages.receipts import Receipt
from station.packages.sealing import Sealed, package_path, seal
from tests.cli.conftest import Run

OTHER = f"pkg_{'b' * 26}"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return keys.create(tmp_path / "office", "disdukcapil", SetClock(package.AT))


@pytest.fixture
def sealed(tmp_path: Path, office: Office) -> Sealed:
    key = station_key(tmp_path / "data" / "keys", package.STATION)
    keys.add_station(office, signer_of(package.STATION, key))
    trust_office(tmp_path / "data" / "keys", office.recipients, office.itself)
    (tmp_path / "store" / "receipts").mkdir(parents=True)
    return seal(package.contents(), office.recipients, key, tmp_path / "store")


@pytest.fixture
def renamed(sealed: Sealed) -> Path:
    path = package_path(sealed.path.parent, OTHER)
    shutil.copy(sealed.path, path)
    shutil.copy(sealed.signature, path.with_name(f"{path.name}.sig"))
    return path


@pytest.fixture
def run(tmp_path: Path, run_on: Callable[[Path], Run]) -> Run:
    return run_on(tmp_path / "data")


def verified(run: Run, *arguments: str | Path) -> dict[str, Any]:
    (said,) = msgspec.json.decode(run("packages", "verify", *arguments, "--json").stdout)
    return dict(said)


def give_receipt(office: Office, beside: Path, package_id: str, sha256: str, **more: Any) -> None:
    receipt = Receipt(
        package=package_id, sha256=sha256, office="disdukcapil", at=package.AT + timedelta(hours=1),
        **{"verdict": "accepted", **more},
    )  # fmt: skip
    text, signature = receipts.encode(receipt, office.key)
    (beside.parent / receipts.name_of(package_id)).write_bytes(text)
    (beside.parent / f"{receipts.name_of(package_id)}.sig").write_bytes(signature)


def test_where_nothing_tells_the_id_it_is_said(run: Run, renamed: Path) -> None:
    said = verified(run, renamed)
    assert (said["good"], said["id"], said["id_by"]) == (True, OTHER, "")
    assert f"(not checked: whether it is {OTHER}; --identity tells)" in run("packages", "verify", renamed).stdout
    assert msgspec.json.decode(run("packages", "show", renamed, "--json").stdout)["id_by"] == ""
    assert f"not checked   whether it is {OTHER}" in run("packages", "show", renamed).stdout


def test_the_contents_tell(run: Run, sealed: Sealed, renamed: Path, office: Office) -> None:
    inside = ("--identity", office.folder / "identity.txt", "--allowed-signers", office.folder / "allowed_signers")
    assert verified(run, renamed, *inside)["problem"]["code"] == "name"
    assert verified(run, sealed.path, *inside)["id_by"] == "contents"
    assert "not checked" not in run("packages", "verify", sealed.path, *inside).stdout


def test_the_journal_tells(run: Run, sealed: Sealed, renamed: Path, tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "data", SetClock(package.AT))
    with journal.command("sealer") as tx:
        tx.append(PackageSealed(enrolment="enr_x", sha256=sealed.sha256, size=sealed.size, bench=True), sealed.id)
    journal.close()
    said = verified(run, renamed)
    assert (said["good"], said["problem"]["code"]) == (False, "name")
    assert f"The journal lists these bytes as {sealed.id}" in said["problem"]["what"]
    assert run("packages", "show", renamed, "--json").returncode == 1
    assert verified(run, sealed.path)["id_by"] == "journal"


def test_the_offices_receipt_tells(run: Run, sealed: Sealed, renamed: Path, office: Office) -> None:
    give_receipt(office, renamed, OTHER, "0" * 64)
    give_receipt(office, renamed, sealed.id, sealed.sha256)
    assert verified(run, renamed)["problem"]["code"] == "name"
    assert verified(run, sealed.path)["id_by"] == "receipt"


def test_a_receipt_that_proves_nothing_changes_nothing(run: Run, renamed: Path, office: Office, tmp_path: Path) -> None:
    give_receipt(office, renamed, OTHER, "0" * 64, verdict="refused")
    assert verified(run, renamed)["id_by"] == ""
    stranger = keys.create(tmp_path / "stranger", "elsewhere", SetClock(package.AT))
    give_receipt(stranger, renamed, OTHER, "0" * 64)
    assert (verified(run, renamed)["good"], verified(run, renamed)["id_by"]) == (True, "")
