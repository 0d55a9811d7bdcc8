"""`station journal`, `operators`, `visit`, `status` and `devices`, through the console script's own `main`."""

from __future__ import annotations

import hashlib
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
import rfc8785

from station import cli
from station.bench.devices.printer import BenchPrinter
from station.hardware.devices import Kind
from station.hardware.hotplug import Descriptor
from station.journal import Journal, catalogue, projections
from station.journal.rows import GENESIS
from station.queue import commands, queries
from station.queue.states import QueueSettings
from station.roster import register
from station.roster.register import Register
from station.roster.students import Student

if TYPE_CHECKING:
    from tests.cli.conftest import Run

PIN = "481516"
EVENTS = Path(cli.__file__).parents[2] / "docs" / "events.md"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one school, one operator and an open visit with a ticket."""
    folder = tmp_path / "data"
    journal = Journal.open(folder)
    register.prepare(journal)
    with journal.command("roster") as tx:
        book = Register(tx.db, tx.vault)
        school = book.add_school("SMAN 1 Paringin", "30301234")
        book.add_school("SMK Halong", "30305678")
        book.add(school.id, [Student("Siti Aminah", date(2010, 2, 28))])
    with journal.command("operator:ani") as tx:
        commands.open_visit(tx, school.id)
        commands.check_in(tx, "stu_1", QueueSettings(), language="id", via="nik")
    journal.close()
    return folder


@pytest.fixture
def run(data: Path, run_on: Callable[[Path], Run]) -> Run:
    return run_on(data)


def damage(data: Path, statement: str) -> None:
    journal = Journal.open(data)
    journal.db.execute(statement)
    journal.close()


def empty_register(data: Path) -> None:
    """Take out whom no list brought in, of which `verify` would tell."""
    for table in ("vault", "vault_index", "students", "schools"):
        damage(data, f"DELETE FROM {table}")


def test_verify_says_whole(run: Run, data: Path) -> None:
    told = run("journal", "verify")
    assert (told.returncode, "1 are here" in told.stdout) == (1, True)
    empty_register(data)
    done = run("journal", "verify")
    assert (done.returncode, done.stdout.startswith("2 events are whole; head ")) == (0, True)
    told = msgspec.json.decode(run("journal", "verify", "--db", data / "journal.db", "--json").stdout)
    assert (told["good"], told["events"], told["finding"]) == (True, 2, None)


@pytest.mark.parametrize(
    ("statement", "seq", "problem"),
    [
        ("UPDATE events SET actor = 'operator:budi' WHERE seq = 1", 1, "changed"),
        ("DELETE FROM events WHERE seq = 1", 1, "missing"),
        ("DELETE FROM events WHERE seq = 2", 2, "cut-off"),
        ("INSERT INTO events SELECT 3, at, boot, actor, kind, subject, data, chain FROM events WHERE seq = 1", 3, ""),
    ],
)
def test_verify_names_the_first_bad_event_and_ends_with_1(
    statement: str, seq: int, problem: str, run: Run, data: Path
) -> None:
    damage(data, statement)
    done = run("journal", "verify")
    assert (done.returncode, f"first bad event is seq {seq} ({problem}" in done.stdout) == (1, True)
    told = msgspec.json.decode(run("journal", "verify", "--json").stdout)
    assert (told["good"], told["finding"]["seq"]) == (False, seq)


def test_a_changed_table_is_found_and_made_anew(run: Run, data: Path) -> None:
    empty_register(data)
    damage(data, "UPDATE tickets SET state = 'missed'")
    done = run("journal", "verify")
    assert (done.returncode, "tickets" in done.stdout, "rebuild" in done.stdout) == (1, True, True)
    assert run("journal", "rebuild").stdout == "The tables follow from 2 events\n"
    assert run("journal", "verify").returncode == 0


def test_verify_changes_nothing_and_refuses_what_is_no_journal(run: Run, data: Path, tmp_path: Path) -> None:
    missing = run("journal", "verify", "--db", tmp_path / "none.db")
    assert (missing.returncode, "There is no journal" in missing.stderr) == (1, True)
    (tmp_path / "text.db").write_text("not a database" * 100)
    other = run("journal", "verify", "--db", tmp_path / "text.db")
    assert (other.returncode, "is not a journal" in other.stderr, "Traceback" in other.stderr) == (1, True, False)
    assert not run("journal", "rebuild", "--data", tmp_path / "nowhere").stdout
    assert not (tmp_path / "nowhere").exists()


def test_export_can_be_checked_by_anybody(run: Run) -> None:
    chain = GENESIS
    lines = run("journal", "export").stdout.splitlines()
    for line in lines:
        fields = msgspec.json.decode(line)
        text = rfc8785.dumps(fields["data"]).decode()
        row = [fields[name] for name in ("seq", "at", "boot", "actor", "kind", "subject")]
        chain = hashlib.sha256(bytes.fromhex(chain) + rfc8785.dumps([*row, text])).hexdigest()
        assert chain == fields["chain"]
    assert len(lines) == 2


def test_show_takes_the_newest_and_filters(run: Run) -> None:
    assert [line.split()[0] for line in run("journal", "show").stdout.splitlines()] == ["1", "2"]
    assert [line.split()[0] for line in run("journal", "show", "--last", "1").stdout.splitlines()] == ["2"]
    assert "visit.opened" in run("journal", "show", "--kind", "visit").stdout
    assert run("journal", "show", "--subject", "none").stdout == ""


def test_the_catalogue_in_the_docs_is_the_declarations(run: Run) -> None:
    assert run("journal", "catalogue").stdout == catalogue.markdown()
    assert EVENTS.read_text() == catalogue.markdown(), "make it anew: station journal catalogue > docs/events.md"


def test_operators_come_and_go(run: Run, data: Path) -> None:
    assert "Nobody may sign in" in run("operators", "list").stdout
    added = run("operators", "add", "Ani Rahmawati", "--left-handed", "--pin-stdin", entered=f"{PIN}\n")
    assert (added.returncode, added.stdout.startswith("Ani Rahmawati may sign in (opr_")) == (0, True)
    assert run("operators", "lock", "ani rahmawati").stdout == "Ani Rahmawati is locked\n"
    assert "locked, left-handed" in run("operators", "list").stdout
    (told,) = msgspec.json.decode(run("operators", "list", "--json").stdout)
    assert (told["name"], told["locked"], told["left_handed"], "pin" in told) == ("Ani Rahmawati", True, True, False)
    assert run("operators", "unlock", told["id"]).returncode == 0
    assert run("operators", "pin", "Ani Rahmawati", "--pin-stdin", entered="271828\n").returncode == 0
    assert "may sign in" in run("operators", "list").stdout
    on_disk = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert b"Rahmawati" not in on_disk


@pytest.mark.parametrize(
    ("arguments", "entered", "said"),
    [
        (("add", "Ani", "--pin-stdin"), "1234\n", "at least 6 digits"),
        (("add", "Ani", "--pin-stdin"), "123456\n", "first that are guessed"),
        (("add", "Ani", "--pin-stdin"), "", "something else than the digits"),
        (("add", " ", "--pin-stdin"), f"{PIN}\n", "The name is empty"),
        (("add", "Ani"), f"{PIN}\n", "There is no terminal"),
        (("lock", "Nobody"), "", "There is no operator"),
        (("pin", "Nobody", "--pin-stdin"), f"{PIN}\n", "There is no operator"),
    ],
)
def test_refusals_say_what_to_do(arguments: tuple[str, ...], entered: str, said: str, run: Run) -> None:
    done = run("operators", *arguments, entered=entered)
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_the_pin_is_asked_for_twice_and_not_shown(data: Path) -> None:
    """On a terminal of its own, as a person meets it."""
    command = [sys.executable, "-m", "station", "operators", "add", "Budi", "--data", str(data)]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, command)
    shown = b""
    for awaited, typed in ((b"digits): ", PIN), (b"confirmation: ", PIN), (b"may sign in", "")):
        while awaited not in shown:
            shown += os.read(terminal, 1000)
        os.write(terminal, f"{typed}\n".encode() if typed else b"")
    assert os.waitpid(pid, 0)[1] == 0
    os.close(terminal)
    assert PIN.encode() not in shown


def test_a_visit_is_opened_shown_and_closed(run: Run, data: Path) -> None:
    assert "A visit is open already" in run("visit", "open", "SMK Halong").stderr
    shown = run("visit", "show").stdout
    assert "SMAN 1 Paringin: open" in shown
    assert "1 waiting" in shown
    assert run("visit", "close", "--with-waiting").stdout == "The visit is closed\n"
    assert "No visit is open" in run("visit", "close").stderr
    for named in ("30305678", "smk  halong"):
        assert run("visit", "open", named).stdout == "The visit to SMK Halong is open\n"
        told = msgspec.json.decode(run("visit", "show", "--json").stdout)
        assert (told["school_name"], told["closed_at"], told["last_number"]) == ("SMK Halong", None, 0)
        run("visit", "close")
    unknown = run("visit", "open", "SMA Nowhere")
    assert (unknown.returncode, "No school 'SMA Nowhere'" in unknown.stderr) == (1, True)
    assert "SMAN 1 Paringin (NPSN 30301234)" in unknown.stderr
    assert "Which school?" in run("visit", "open").stderr


def test_status_shows_all_at_a_glance(run: Run, data: Path, tmp_path: Path) -> None:
    done = run("status")
    for expected in ("journal   2 events", "visit     SMAN 1 Paringin, open", "queue     1 waiting", "packages  none"):
        assert expected in done.stdout
    told = msgspec.json.decode(run("status", "--json").stdout)
    assert told["visit"]["tickets"]["waiting"] == 1
    assert told["events"] == 2


def test_asking_a_mistyped_folder_makes_none(run: Run, tmp_path: Path) -> None:
    for asked in (("status",), ("visit", "show"), ("operators", "list"), ("roster", "due")):
        done = run(*asked, "--data", tmp_path / "new")
        assert (done.returncode, done.stdout) == (1, "")
        assert f"There is no station's data in {tmp_path / 'new'}" in done.stderr
    assert not (tmp_path / "new").exists()


def test_the_devices_process_prints_and_ends_when_told(data: Path) -> None:
    descriptors = data / "bench" / "dev"
    descriptors.mkdir(parents=True)
    printer = BenchPrinter(data / "tickets")
    printer.plug()
    described = Descriptor(Kind.PRINTER, "escpos", printer.path, {"bench": "1"})
    (descriptors / "printer.json").write_bytes(msgspec.json.encode(described))
    command = [sys.executable, "-m", "station", "devices", "run", "--bench", "--data", str(data)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert printer.wait_for_tickets(1, 30)
        journal = Journal.open(data)
        pause = threading.Event()
        for _ in range(1000):
            if not queries.to_print(journal.db):
                break
            pause.wait(0.02)
        else:
            pytest.fail("the ticket was never said to be printed")
        before = projections.dump(journal.db)
        journal.rebuild()
        assert projections.dump(journal.db) == before
        journal.close()
        process.send_signal(signal.SIGTERM)
        logged = process.communicate(timeout=30)[1]
    finally:
        process.kill()
        printer.unplug()
    assert process.returncode == 0
    assert "printing.done" in {msgspec.json.decode(line)["event"] for line in logged.splitlines()}


def test_suggest_prints_lines_for_the_configuration(run: Run) -> None:
    done = run("devices", "suggest")
    assert done.returncode == 0
    assert done.stdout.startswith("#")
