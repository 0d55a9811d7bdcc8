from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno
from typer.testing import CliRunner

from station.bench.rosters import generate_students, write_dapodik
from station.cli import app
from station.errors import StationError
from station.journal import Journal
from station.roster import invitations, register
from station.roster.register import Record, Register
from station.roster.students import Student


def test_every_student_has_a_card_with_the_code_that_finds_only_that_student(tmp_path: Path) -> None:
    workbook, data, out = tmp_path / "list.xlsx", tmp_path / "data", tmp_path / "cards.html"
    write_dapodik(workbook, generate_students(4, 11, date(2026, 2, 3)))
    run = CliRunner()
    assert run.invoke(app, ["roster", "import", str(workbook), "--data", str(data)]).exit_code == 0
    done = run.invoke(app, ["roster", "invitations", str(out), "--data", str(data)])
    assert done.exit_code == 0, done.output
    assert "11 invitations" in done.output
    assert out.stat().st_mode & 0o077 == 0
    page = out.read_text()
    journal = Journal.open(data)
    register.prepare(journal)
    book = Register.of(journal)
    codes = re.findall(r"<small>(\w+)</small>", page)
    assert len(codes) == page.count("<svg") == 11
    found = [book.by_code(code) for code in codes]
    assert len({record.id for record in found if record}) == 11
    journal.close()


def test_the_picture_reads_back(tmp_path: Path) -> None:
    code = "ABCDEFGHJKMNPQRS2345"
    picture = np.array(list(segno.make(code, error="m", micro=False).matrix_iter(scale=8, border=4)), np.uint8)
    read, _, _ = cv2.QRCodeDetector().detectAndDecode(np.where(picture == 0, 255, 0).astype(np.uint8))
    assert read == code


def test_no_school_is_asked_for(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["roster", "invitations", str(tmp_path / "x.html"), "--data", str(tmp_path / "d")])
    assert done.exit_code != 0
    assert not (tmp_path / "x.html").exists()


def test_a_schools_list_is_not_overwritten_and_an_older_page_is(tmp_path: Path) -> None:
    listed, page = tmp_path / "list.xlsx", tmp_path / "cards.html"
    listed.write_bytes(b"PK the school's own list")
    people = [Record("stu_1", "sch_1", "ABCDEF", Student("Siti Aminah", date(2009, 3, 4)))]
    with pytest.raises(StationError, match="no page of invitations"):
        invitations.write(listed, "SMAN 1 Juai", people)
    assert listed.read_bytes() == b"PK the school's own list"
    assert [invitations.write(page, "SMAN 1 Juai", found) for found in (people, people * 2)] == [1, 2]
    assert page.read_text().count("<svg") == 2
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StationError, match="no page of invitations"):
        invitations.write(tmp_path / "pipe", "SMAN 1 Juai", people)
