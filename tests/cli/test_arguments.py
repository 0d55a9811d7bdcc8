"""Names that are no text, streams that are closed, pipes in place of files, and errors for programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from station.bench import package
from station.clock import SetClock
from station.journal import Journal
from station.journal.events import VisitOpened
from station.journal.verify import damage, verify
from station.office import keys
from station.packages.keys import signer_of, station_key, trust_office
from station.packages.sealing import seal
from tests.cli.conftest import Run

NO_TEXT = os.fsdecode(b"\xff\xfe")
LIST = "Nama,Tanggal Lahir,NIK\nBudi Santoso,2009-03-01,\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a journal and a station's keys, and a sealed package in `store`; `office` trusts it."""
    office = keys.create(tmp_path / "office", "disdukcapil", SetClock(package.AT))
    key = station_key(tmp_path / "data" / "keys", package.STATION)
    keys.add_station(office, signer_of(package.STATION, key))
    trust_office(tmp_path / "data" / "keys", office.recipients, office.itself)
    journal = Journal.open(tmp_path / "data")
    with journal.command("student") as tx:
        tx.append(VisitOpened(school="sch_1"), "vis_1")
    journal.close()
    (tmp_path / "store").mkdir()
    seal(package.contents(), office.recipients, key, tmp_path / "store")
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, run_on: Callable[[Path], Run]) -> Run:
    return run_on(data)


@pytest.mark.parametrize(
    "arguments",
    [
        ("journal", "show", "--kind", NO_TEXT),
        ("journal", "show", "--subject", NO_TEXT),
        ("operators", "lock", NO_TEXT),
        ("operators", "add", NO_TEXT, "--pin-stdin"),
        ("roster", "import", "list.csv", "--school", NO_TEXT),
        ("office", "init", "--dir", "new", "--name", NO_TEXT),
        ("office", "trust", NO_TEXT, "key.pub", "--dir", "office"),
        ("visit", "open", NO_TEXT),
        ("day", "--bench", "--language", NO_TEXT),
    ],
)
def test_what_is_meant_as_text_and_is_none_reaches_no_command(
    run: Run, data: Path, monkeypatch: pytest.MonkeyPatch, arguments: Sequence[str]
) -> None:
    monkeypatch.chdir(data.parent)
    Path("list.csv").write_text(LIST)
    before = sorted(data.parent.rglob("*"))
    done = run(*arguments)
    assert (done.returncode, done.stdout, "is no text (UTF-8)" in done.stderr) == (2, "", True)
    assert sorted(data.parent.rglob("*")) == before


def test_a_list_whose_files_name_is_no_text_is_imported(run: Run, data: Path) -> None:
    file = data.parent / f"{NO_TEXT}.csv"
    file.write_text(LIST)
    done = run("roster", "import", file, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert (report["file"], report["imported"]) == ("\\xff\\xfe.csv", 1)


def test_one_odd_name_loses_no_verdict_on_the_others(run: Run, data: Path) -> None:
    (sealed,) = data.parent.joinpath("store").glob("*.age")
    odd = data.parent / NO_TEXT
    odd.write_bytes(sealed.read_bytes())
    done = run("packages", "verify", odd, sealed, "--json")
    assert [entry["good"] for entry in json.loads(done.stdout)] == [False, True]
    assert json.loads(done.stdout)[0]["file"].endswith("/\\xff\\xfe")
    assert NO_TEXT in run("packages", "verify", odd).stdout.encode("utf-8", "surrogateescape").decode(
        "utf-8", "surrogateescape"
    )
    judged = run("quality", "face", odd, "--json")
    assert [entry["file"][-9:] for entry in json.loads(judged.stdout)] == ["/\\xff\\xfe"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("status",), "journal"),
        (("visit", "show"), "journal"),
        (("roster", "due"), "journal"),
        (("roster", "import", "nothing.csv"), "list-not-found"),
        (("operators", "list"), "journal"),
        (("packages", "list"), "journal"),
        (("packages", "show", "pkg_x"), "journal"),
        (("records", "show", "nothing.fir"), "station"),
        (("journal", "verify"), "journal"),
        (("office", "take-in", "--store", "nowhere", "--dir", "office"), "store-away"),
    ],
)
def test_an_error_is_told_to_programs_too(run: Run, data: Path, arguments: Sequence[str], code: str) -> None:
    done = (
        run(*arguments, "--json", "--data", data / "none")
        if arguments[0] not in ("records", "office")
        else run(*arguments, "--json")
    )
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["code"]) == (1, code)
    assert done.stderr.startswith("Error: ")
    assert error["message"] == " ".join(done.stderr.removeprefix("Error: ").split("\n")).strip()


def test_a_package_that_is_not_what_was_sealed_is_one_document(run: Run, data: Path) -> None:
    (sealed,) = data.parent.joinpath("store").glob("*.age")
    sealed.with_name(f"{sealed.name}.sig").unlink()
    done = run("packages", "show", sealed, "--json")
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (1, "signature-missing")


@pytest.mark.parametrize(
    "command", ["journal export", "journal show", "status", "journal verify --json", "packages list"]
)
def test_a_closed_output_is_an_error_and_no_file_takes_its_place(data: Path, command: str) -> None:
    station = Path(sys.executable).with_name("station")
    line = f"exec {station} {command} --data {data} >&-"
    done = subprocess.run(["bash", "-c", line], stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        1,
        "Error: the output: It is closed (Bad file descriptor).",
    )
    journal = Journal.inspect(data / "journal.db")
    assert (verify(journal.db).events, damage(journal.db)) == (1, "")
    journal.close()


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "arguments",
    [
        ("packages", "verify", "PIPE"),
        ("packages", "show", "PIPE"),
        ("packages", "verify", "SEALED", "--allowed-signers", "PIPE"),
        ("packages", "verify", "SEALED", "--identity", "PIPE"),
        ("packages", "open", "SEALED", "--identity", "PIPE", "--allowed-signers", "office/allowed_signers"),
        ("office", "trust", "station-8", "PIPE", "--dir", "office"),
        ("journal", "verify", "--db", "PIPE"),
        ("records", "show", "PIPE"),
        ("quality", "face", "PIPE"),
        ("roster", "import", "PIPE"),
    ],
)
def test_nobody_waits_for_a_pipe(
    run: Run, data: Path, monkeypatch: pytest.MonkeyPatch, arguments: Sequence[str]
) -> None:
    monkeypatch.chdir(data.parent)
    (sealed,) = Path("store").glob("*.age")
    pipe = Path(f"x{sealed.name}")
    os.mkfifo(pipe)
    done = run(*({"PIPE": pipe, "SEALED": sealed}.get(word, word) for word in arguments))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


@pytest.mark.timeout(30)
def test_a_signature_that_is_a_pipe_is_none(run: Run, data: Path) -> None:
    (sealed,) = data.parent.joinpath("store").glob("*.age")
    sealed.with_name(f"{sealed.name}.sig").unlink()
    os.mkfifo(sealed.with_name(f"{sealed.name}.sig"))
    assert "it is a pipe" in run("packages", "verify", sealed).stdout


@pytest.mark.timeout(30)
def test_settings_that_are_a_pipe_are_refused(run: Run, data: Path) -> None:
    os.mkfifo(data / "config.toml")
    done = run("operators", "list")
    assert (done.returncode, "config.toml cannot be read: it is a pipe" in done.stderr) == (1, True)


@pytest.mark.timeout(30)
def test_a_pipe_in_the_store_holds_up_no_other_package(run: Run, data: Path) -> None:
    folder = data.parent / "store"
    (sealed,) = folder.glob("*.age")
    os.mkfifo(folder / f"a{sealed.name}")
    os.mkfifo(folder / f"z{sealed.name}.sig")
    (folder / f"z{sealed.name}").write_bytes(b"x")
    done = run("office", "take-in", "--store", folder, "--dir", data.parent / "office", "--accept-bench")
    assert done.stdout.splitlines()[-1] == "1 of 2 packages are filed"
    assert "There is no signature beside it" in done.stdout


def test_the_catalogue_takes_the_groups_option(run: Run, data: Path) -> None:
    done = run("journal", "catalogue", "--db", data / "journal.db")
    assert (done.returncode, done.stdout) == (0, run("journal", "catalogue").stdout)
