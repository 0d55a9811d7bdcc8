"""What a school day leaves behind, opened and searched by others than who made it."""

from __future__ import annotations

import base64
import json
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner, Result

from station import cli, files
from station.bench import crash
from station.bench.day.folder import DayFailed
from station.bench.day.play import LOCK
from station.bench.day.report import Counts, Report
from station.bench.leaks import WINDOW
from station.cli.daylight import summary
from station.journal import Journal, projections
from station.screens.operator import pages
from station.screens.student import router

pytestmark = pytest.mark.timeout(900)  # whichever test is first waits for the whole day

Day = Any
"""The class stands in conftest.py, which is not imported."""


def station(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.app, [*map(str, arguments)])


def tool(*arguments: str | Path, given: Path | None = None) -> None:
    """A program that this project did not write, and that must be content."""
    entered = given.read_bytes() if given else b""
    done = subprocess.run(arguments, input=entered, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()


def test_a_day_that_was_cut_off_goes_on_and_ends_well(day: Day) -> None:
    assert day.cut.left_alive == []
    assert day.code == 0, day.printed
    report = msgspec.convert(day.printed, Report)
    assert report.well
    assert list(crash.check(day.folder, report)) == []


def test_nothing_acknowledged_before_the_cut_is_lost_or_done_again(day: Day) -> None:
    db = sqlite3.connect(day.folder / "journal.db")
    now = db.execute("SELECT * FROM events ORDER BY seq").fetchall()
    begun = db.execute("SELECT DISTINCT subject FROM events WHERE kind = 'enrolment.started'").fetchall()
    db.close()
    before = day.cut.events
    assert len(before) > 40
    assert now[: len(before)] == before
    assert len(now) > len(before)
    assert begun == [(row[5],) for row in before if row[4] == "enrolment.started"]


def test_a_day_is_not_begun_over_another(day: Day) -> None:
    again = subprocess.run(
        [sys.executable, "-m", "station", "day", "--bench", "--out", day.folder], capture_output=True, timeout=60
    )
    assert (again.returncode, b"--resume" in again.stderr) == (1, True)


@pytest.mark.parametrize("kept", [b"", b"{", b"[]", b'{"seed":1,"students":0,"on":"2026-02-03"}', b"\xff"])
def test_a_day_that_does_not_say_how_it_was_begun_is_not_gone_on_with(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "day.json").write_bytes(kept)
    for given in ((), ("--students", "3")):
        refused = command("--resume", "--out", tmp_path, *given)
        assert refused.returncode == 1
        assert b"Traceback" not in refused.stderr
        assert refused.stderr.startswith(b"Error: ")
        assert b"new folder" in refused.stderr


def test_a_day_that_is_played_is_not_played_by_another_too(tmp_path: Path) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "day.json").write_bytes(b'{"seed":1,"students":5,"on":"2026-02-03"}')
    with files.hold(tmp_path / LOCK) as held:
        assert held
        result = station("day", "--bench", "--resume", "--out", tmp_path)
    assert (result.exit_code, type(result.exception)) == (1, DayFailed)
    assert "played already" in str(result.exception)
    assert not (tmp_path / "journal.db").exists()


def test_who_stops_a_day_is_told_how_to_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "my day"
    playing = subprocess.Popen(
        [sys.executable, "-m", "station", "day", "--bench", "--students", "1", "--out", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 60
    while not (folder / "config.toml").exists() and time.monotonic() < until:
        time.sleep(0.1)
    playing.send_signal(signal.SIGINT)
    _, told = playing.communicate(timeout=60)
    assert playing.returncode == 130
    assert f"--resume --out '{folder}'" in told.decode()


def command(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    called = [sys.executable, "-m", "station", "day", "--bench", *arguments]
    return subprocess.run(called, capture_output=True, timeout=60)


def test_a_language_that_the_screens_do_not_speak_is_refused(tmp_path: Path) -> None:
    refused = station("day", "--bench", "--language", "fr", "--out", tmp_path / "day")
    assert (refused.exit_code, "id and en" in refused.output) == (2, True)
    assert not (tmp_path / "day").exists()


def test_every_package_opens_with_tools_that_this_project_did_not_write(day: Day, tmp_path: Path) -> None:
    assert day.packages
    office = day.folder / "office"
    for package in day.packages:
        signature = package.with_name(f"{package.name}.sig")
        signers = ("-I", "bench-station", "-f", office / "allowed_signers")
        tool("ssh-keygen", "-Y", "verify", "-n", "capture-package", *signers, "-s", signature, given=package)
        bag = tmp_path / "opened.tar"
        tool("age", "-d", "-i", office / "identity.txt", "-o", bag, package)
        tool("tar", "-x", "-f", bag, "-C", tmp_path)
        folder = tmp_path / package.name.removesuffix(".bag.tar.age")
        tool(Path(sys.executable).with_name("bagit.py"), "--validate", folder)
        record = json.loads((folder / "data" / "enrolment.json").read_bytes())
        assert record["biographic"]["name"] in {student.name for student in day.students}
        assert {path.suffix for path in (folder / "data").rglob("*.*")} >= {".wsq", ".jp2", ".png", ".jpg", ".jsonl"}


def test_one_flipped_byte_and_the_package_is_refused(day: Day, tmp_path: Path) -> None:
    package = tmp_path / day.packages[0].name
    signature = package.with_name(f"{package.name}.sig")
    shutil.copy(day.packages[0], package)
    shutil.copy(day.packages[0].with_name(signature.name), signature)
    verify = ("packages", "verify", package, "--allowed-signers", day.folder / "office" / "allowed_signers")
    assert station(*verify).exit_code == 0
    chance = random.Random(7)
    for path in (package, signature):
        whole = path.read_bytes()
        size = len(whole)
        for at in range(size) if path == signature else (0, size - 1, *(chance.randrange(size) for _ in range(60))):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
            refused = station(*verify)
            assert refused.exit_code == 1, f"byte {at} of {path.name}"
            assert "REFUSED" in refused.output
        path.write_bytes(whole)
    assert station(*verify).exit_code == 0


def test_nobody_is_readable_in_what_the_day_leaves(day: Day) -> None:
    words, pieces = day.leaks.size
    assert words > len(day.students)
    assert pieces > 5_000, "the samples of a whole package"
    assert (day.folder / "journal.db").stat().st_size > 100_000
    assert day.leaks.under(day.folder) == {}


def test_nobody_is_readable_in_what_a_power_cut_leaves(day: Day) -> None:
    """In the middle of a recording: the spool holds samples, and the journal's last pages stand in the WAL."""
    cut = day.cut.folder
    assert (cut / "journal.db-wal").stat().st_size > 10_000
    assert (cut / "journal.db-shm").exists()
    assert sum(path.stat().st_size for path in (cut / "spool").rglob("*") if path.is_file()) > 10_000
    assert day.leaks.under(cut) == {}


def test_the_search_finds_what_is_planted(day: Day, tmp_path: Path) -> None:
    student = next(student for student in day.students if student.nik and len(student.name) > 20)
    sample = max((day.folder / "office" / "packages").rglob("*.wsq"), key=lambda path: path.stat().st_size).read_bytes()
    chance = random.Random(3)
    planted: dict[str, bytes] = {
        "nik": student.nik.encode(),
        "name": student.name.upper().encode(),
        "wide": student.name.encode("utf-16-le"),
        "hex": student.nik.encode().hex().upper().encode(),
        **{f"base64 after {n}": base64.b64encode(bytes(n) + student.nik.encode() + b"}") for n in range(3)},
        "piece": sample[5001 : 5001 + 2 * WINDOW],
    }
    for name, secret in planted.items():
        where = tmp_path / name / "spool"
        where.mkdir(parents=True)
        (where / "left").write_bytes(chance.randbytes(1003) + secret + chance.randbytes(997))
        assert list(day.leaks.under(tmp_path / name)) == ["spool/left"], name
    copied = tmp_path / "journal.db"
    shutil.copy(day.folder / "journal.db", copied)
    db = sqlite3.connect(copied)
    db.execute("CREATE TABLE notes (said TEXT)")
    db.execute("INSERT INTO notes VALUES (?)", (f"calls for {student.nik}",))
    db.commit()
    db.close()
    assert day.leaks.within(copied.read_bytes())


def test_the_spool_is_empty_when_all_is_sealed(day: Day) -> None:
    assert list((day.folder / "spool").iterdir()) == []


def test_tickets_say_a_number_and_nobodys_name(day: Day) -> None:
    papers = sorted((day.folder / "tickets").glob("*.bin"))
    assert len(papers) == day.printed["counts"]["tickets_printed"] + day.printed["counts"]["slips_printed"]
    for paper in papers:
        data = paper.read_bytes()
        assert re.search(rb"\b00[12]\b", data)
        assert b"PARINGIN" in data
        assert day.leaks.within(data) == []
        for student in day.students:
            for word in (student.nik, student.name):
                assert not word or word.lower().encode() not in data.lower()
        assert paper.with_suffix(".png").read_bytes().startswith(b"\x89PNG")


def test_the_journal_is_whole_and_its_tables_follow_from_it(day: Day, tmp_path: Path) -> None:
    copied = tmp_path / "journal.db"
    shutil.copy(day.folder / "journal.db", copied)
    verified = station("journal", "verify", "--db", copied, "--json")
    assert verified.exit_code == 0, verified.output
    assert json.loads(verified.output)["events"] == day.printed["journal_events"]
    shutil.copytree(day.folder / "keys", tmp_path / "keys")
    tables = dump(copied)
    assert station("journal", "rebuild", "--data", tmp_path).exit_code == 0
    assert dump(copied) == tables


def dump(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    journal = Journal.inspect(path)
    try:
        return projections.dump(journal.db)
    finally:
        journal.close()


def test_the_report_says_what_the_day_was(day: Day) -> None:
    kept = json.loads((day.folder / "report.json").read_bytes())
    assert kept == day.printed
    assert set(kept["counts"]) == set(Counts.__struct_fields__)
    assert set(kept["ui_frame_gap_ms"]) == set(kept["check_in_to_ticket_ms"]) == {"p50", "p95", "p99", "max"}
    assert 0 < kept["ui_frame_gap_ms"]["p50"] <= kept["ui_frame_gap_ms"]["p99"] <= kept["ui_frame_gap_ms"]["max"]
    steps = kept["seconds_a_step"]
    assert {"identity", "photo", "right_four", "irises", "sign_off"} <= set(steps)
    assert all(seconds["max"] >= seconds["p50"] >= 0 for seconds in steps.values())


def test_the_end_of_the_day_adds_up(day: Day) -> None:
    counts = day.printed["counts"]
    assert counts["tickets"] == counts["students"] == 2
    assert counts["tickets"] == counts["finished"] + counts["missed"] + counts["parked"] + counts["cancelled"]
    assert counts["finished"] == counts["packages"] == counts["delivered"] == counts["received"] == counts["opened"]
    assert counts["missed"] == counts["photos_rejected"] == counts["data_disputed"] == 1
    assert counts["accepted_below_threshold"] == counts["exceptions"] == 1
    shown = json.loads(station("visit", "show", "--data", day.folder, "--json").output)
    assert shown["closed_at"]
    assert sum(shown["tickets"].values()) == counts["tickets"]
    assert shown["tickets"]["finished"] == counts["finished"]


def test_the_page_shows_what_is_there(day: Day) -> None:
    shown = Sources()
    shown.feed((day.folder / "index.html").read_text())
    assert len(shown.found) > 10
    assert [name for name in shown.found if not (day.folder / name).is_file()] == []
    assert any(name.startswith("tickets/") for name in shown.found)


def test_every_screen_is_pictured(day: Day) -> None:
    pictured = {path.stem for path in (day.folder / "screens" / "en").iterdir()}
    there = {f"student-{name}" for name in router.Name} | {f"operator-{name}" for name in pages.Name}
    # With two students nobody was recorded before, and who waits may be alone in the line.
    assert {"operator-resemblance"} <= there - pictured <= {"operator-priority", "operator-resemblance"}
    assert pictured <= there


def test_the_report_says_which_screens_were_not_shown(day: Day) -> None:
    unseen = day.printed["not_pictured"]
    assert "en/operator-resemblance" in unseen
    assert [name for name in unseen if (day.folder / "screens" / f"{name}.png").exists()] == []
    told = summary(msgspec.convert(day.printed, Report), day.folder)
    assert "operator-resemblance (en)." in told
    assert unseen[0] in (day.folder / "index.html").read_text()


class Sources(HTMLParser):
    """What a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("src", "href") and value]


def test_every_command_finds_the_day(day: Day) -> None:
    """The commands on a data folder with something in it."""
    checks: dict[tuple[str, ...], Callable[[Any], bool]] = {
        ("status",): lambda said: said["packages"] == {"purged": 1} and said["visit"]["closed_at"] is not None,
        ("packages", "list"): lambda said: [entry["verdict"] for entry in said] == ["accepted"],
        ("operators", "list"): lambda said: [operator["name"] for operator in said] == ["Ani Rahmawati"],
        ("roster", "due", "--on", "2030-01-01"): lambda said: sum(one["recorded"] for one in said["printable"]) == 1,
    }
    for arguments, holds in checks.items():
        done = station("--data", day.folder, *arguments, "--json")
        assert done.exit_code == 0, arguments
        assert holds(json.loads(done.output)), arguments
