"""`station keys` and `station office`, in the README's order, from two empty folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Run


@pytest.fixture
def run(tmp_path: Path, run_on: Callable[[Path], Run]) -> Run:
    return run_on(tmp_path / "data")


def test_a_station_and_its_office_come_to_know_each_other(run: Run, tmp_path: Path) -> None:
    office, keys = tmp_path / "srv" / "office", tmp_path / "data" / "keys"
    assert run("office", "init", "--dir", office, "--name", "disdukcapil-balangan").returncode == 0
    missing = run("keys", "show")
    assert (missing.returncode, missing.stdout.count("missing.")) == (1, 3)
    made = run("keys", "init")
    assert made.returncode == 0
    assert made.stdout.startswith((keys / "station_ed25519.pub").read_text())
    assert "station office trust station-1 station_ed25519.pub" in made.stdout
    installed = run("keys", "install", office / "recipients.txt", office / "office_signers")
    assert (installed.returncode, installed.stdout.count("is there")) == (0, 3)
    trusted = run("office", "trust", "station-1", keys / "station_ed25519.pub", "--dir", office)
    assert (trusted.returncode, trusted.stdout) == (0, "station-1 is trusted\n")
    shown = run("keys", "show", "--json")
    assert shown.returncode == 0
    assert msgspec.json.decode(shown.stdout)["public_key"] in (office / "allowed_signers").read_text()


def test_nothing_is_replaced(run: Run) -> None:
    assert run("keys", "init", "--json").returncode == 0
    again = run("keys", "init")
    assert (again.returncode, "already there" in again.stderr) == (1, True)


@pytest.mark.parametrize("pattern", ["*", "station-?", "!station-1", "a,b", "two words", '"x"', ""])
def test_a_station_is_trusted_under_its_own_name_only(run: Run, tmp_path: Path, pattern: str) -> None:
    office, keys = tmp_path / "office", tmp_path / "data" / "keys"
    run("office", "init", "--dir", office, "--name", "disdukcapil")
    run("keys", "init")
    before = (office / "allowed_signers").read_bytes()
    refused = run("office", "trust", pattern, keys / "station_ed25519.pub", "--dir", office)
    assert (refused.returncode, "cannot stand in allowed_signers" in refused.stderr) == (1, True)
    assert (office / "allowed_signers").read_bytes() == before


@pytest.mark.parametrize(
    "options", [("--name", "a b"), ("--name", ""), ("--name", "*"), ("--name", "disdukcapil", "--escrow", "age1bad")]
)
def test_an_office_that_cannot_be_leaves_nothing(run: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    refused = run("office", "init", "--dir", tmp_path / "office", *options)
    assert refused.returncode == 1
    assert not (tmp_path / "office").exists()
