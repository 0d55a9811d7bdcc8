"""Lists into the register: again, corrected, of two schools; and what is never readable on the disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from station.errors import StationError
from station.journal.events import RosterImported
from station.journal.journal import Journal
from station.roster import due, importing, register
from station.roster.importing import Report
from station.roster.reading import Reading
from station.roster.register import Record, Register

AsReading = Callable[..., Reading]

TITLE = ["SMAN 1 PARINGIN"]
HEADER = ["Nama", "Tanggal Lahir", "NIK", "NISN", "L/P", "Kelas", "Alamat", "Kebutuhan Khusus"]
SITI = ["Siti Aminah", "2008-12-05", "6311064512080001", "0081234567", "P", "XII IPA 1", "Jl. A", ""]
BUDI = ["Budi Santoso", "2009-01-20", "6311022001090002", "0091234567", "L", "XII IPA 1", "Jl. B", "Tuna daksa"]
TARA = ["Tara", "2009-08-01", "", "0091234568", "P", "XII IPA 2", "Jl. C", ""]
LIST = [TITLE, HEADER, SITI, BUDI, TARA]


def changed(row: list[str], **cells: str) -> list[str]:
    at = dict(zip(("name", "born", "nik", "nisn", "sex", "class_name", "street", "needs"), range(8), strict=True))
    new = list(row)
    for field, value in cells.items():
        new[at[field]] = value
    return new


@pytest.fixture
def take_in(journal: Journal, as_reading: AsReading) -> Callable[..., Report]:
    def take(rows: list[list[str]], **options: Any) -> Report:
        return importing.take_in(journal, as_reading(rows), **options)

    return take


def people(journal: Journal) -> dict[str, Record]:
    return {record.student.name: record for record in Register.of(journal).everybody()}


def counts(report: Report) -> tuple[int, int, int]:
    return report.imported, report.updated, report.unchanged


def test_a_list_is_taken_in_with_one_event(journal: Journal, take_in: Callable[..., Report]) -> None:
    report = take_in(LIST)
    assert (counts(report), report.school) == ((3, 0, 0), "SMAN 1 PARINGIN")
    assert sorted(people(journal)) == ["Budi Santoso", "Siti Aminah", "Tara"]
    (school,) = Register.of(journal).schools()
    rows = list(journal.events(school.id))
    assert [row.event for row in rows] == [
        RosterImported(file_sha256="0" * 64, imported=3, updated=0, unchanged=0, rejected=0, warnings=1)
    ]


def test_the_same_list_again_changes_nothing(journal: Journal, take_in: Callable[..., Report]) -> None:
    take_in(LIST)
    before = (people(journal), journal.head())
    assert counts(take_in(LIST)) == (0, 0, 3)
    assert (people(journal), journal.head()) == before


def test_a_corrected_list_updates_and_says_which_fields(journal: Journal, take_in: Callable[..., Report]) -> None:
    take_in(LIST)
    before = people(journal)
    report = take_in([TITLE, HEADER, changed(SITI, nik="6311064512080009", street="Jl. Z"), BUDI])
    assert counts(report) == (0, 1, 1)
    assert [(c.row, c.fields) for c in report.changes] == [(3, ("nik", "street"))]
    after = people(journal)
    assert after["Siti Aminah"].id == before["Siti Aminah"].id
    assert after["Siti Aminah"].code == before["Siti Aminah"].code
    assert after["Tara"] == before["Tara"]
    book = Register.of(journal)
    assert [r.id for r in book.by_nik("6311064512080009")] == [before["Siti Aminah"].id]
    assert book.by_nik("6311064512080001") == []


@pytest.mark.parametrize(
    ("cells", "fields"),
    [
        ({"nik": "6311064512080009"}, ("nik",)),
        ({"nisn": "0081234599"}, ("nisn",)),
        ({"name": "Siti Aminnah"}, ("name",)),
        ({"born": "2008-12-06"}, ("birth_date",)),
        ({"class_name": "XII IPA 9"}, ("class_name",)),
        ({"nik": "6311064512080009", "class_name": "XII IPA 9"}, ("nik", "class_name")),
        ({"nik": "6311064512080009", "nisn": ""}, ("nik",)),
        ({"name": "Siti Aminnah", "born": "2008-12-06"}, ("name", "birth_date")),
    ],
)
def test_one_correction_never_makes_a_second_student(
    journal: Journal, take_in: Callable[..., Report], cells: dict[str, str], fields: tuple[str, ...]
) -> None:
    take_in(LIST)
    report = take_in([TITLE, HEADER, changed(SITI, **cells), BUDI, TARA])
    assert counts(report) == (0, 1, 2)
    assert set(report.changes[0].fields) == set(fields)
    assert len(people(journal)) == 3


def test_a_missing_nik_is_filled_in_later_and_a_damaged_one_erases_nothing(
    journal: Journal, take_in: Callable[..., Report]
) -> None:
    take_in(LIST)
    assert counts(take_in([TITLE, HEADER, changed(TARA, nik="6311064108090003")])) == (0, 1, 0)
    report = take_in([TITLE, HEADER, changed(TARA, nik="6.31106E+15", street="")])
    assert counts(report) == (0, 0, 1)
    assert people(journal)["Tara"].student.nik == "6311064108090003"
    assert people(journal)["Tara"].student.street == "Jl. C"


def test_zeros_that_a_spreadsheet_took_off_rt_and_rw_are_no_correction(
    journal: Journal, take_in: Callable[..., Report]
) -> None:
    def listed(rt: object, rw: object) -> list[list[Any]]:
        return [TITLE, [*HEADER, "RT", "RW"], [*SITI, rt, rw]]

    take_in(listed("002", "001"))
    assert counts(take_in(listed(2.0, "1"))) == (0, 0, 1)
    moved = take_in(listed(3.0, 1.0))
    assert [change.fields for change in moved.changes] == [("rt",)]


def test_two_schools_do_not_mix(journal: Journal, take_in: Callable[..., Report]) -> None:
    take_in(LIST)
    report = take_in([["SMAN 1 HALONG"], HEADER, changed(SITI, nik="", nisn=""), BUDI])
    assert counts(report) == (2, 0, 0)
    assert [w.code for w in report.warnings if w.row == 4] == ["nik-in-other-school"]
    assert len(Register.of(journal).everybody()) == 5
    assert len(Register.of(journal).by_nik(BUDI[2])) == 2


def test_a_known_student_who_comes_to_anothers_nik_is_said(journal: Journal, take_in: Callable[..., Report]) -> None:
    take_in(LIST)
    report = take_in([TITLE, HEADER, changed(BUDI, nik=SITI[2])])
    assert counts(report) == (0, 1, 0)
    assert [(w.row, w.column) for w in report.warnings if w.code == "nik-held-by-another"] == [(3, "A")]
    take_in([["SMAN 1 HALONG"], HEADER, changed(BUDI, name="Ahmad Fauzi", nik="", nisn="")])
    elsewhere = take_in([["SMAN 1 HALONG"], HEADER, changed(BUDI, name="Ahmad Fauzi", nisn="")])
    assert counts(elsewhere) == (0, 1, 0)
    assert "nik-in-other-school" not in [w.code for w in elsewhere.warnings]
    moved = take_in([["SMAN 1 HALONG"], HEADER, changed(BUDI, name="Ahmad Fauzi", nik=SITI[2], nisn="")])
    assert counts(moved) == (0, 1, 0)
    assert "nik-in-other-school" in [w.code for w in moved.warnings]


def test_an_empty_nik_cell_says_that_the_known_nik_is_kept(journal: Journal, take_in: Callable[..., Report]) -> None:
    take_in(LIST)
    report = take_in([TITLE, HEADER, changed(SITI, nik=""), TARA])
    codes = {(w.row, w.code) for w in report.warnings}
    assert {(3, "nik-missing-here"), (4, "nik-missing")} <= codes
    assert (3, "nik-missing") not in codes
    assert people(journal)["Siti Aminah"].student.nik == SITI[2]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"born": "2008-05-12"}, True),
        ({"name": "Siti Aminnah"}, True),
        ({"name": "Nur Hidayah"}, False),
        ({"name": "Siti Aminnah", "class_name": "XII IPA 2"}, False),
    ],
)
def test_without_numbers_a_correction_may_be_of_a_known_student(
    take_in: Callable[..., Report], cells: dict[str, str], said: bool
) -> None:
    bare = changed(SITI, nik="", nisn="")
    take_in([TITLE, HEADER, bare])
    report = take_in([TITLE, HEADER, changed(bare, **cells)])
    assert counts(report) == (1, 0, 0)
    assert ("perhaps-known" in [w.code for w in report.warnings]) is said
    take_in([TITLE, HEADER, bare, changed(bare, name="Siti Amina")])
    again = take_in([TITLE, HEADER, bare, changed(bare, name="Siti Amina")])
    assert "perhaps-known" not in [w.code for w in again.warnings]


def test_one_school_under_two_spellings_is_one(journal: Journal, take_in: Callable[..., Report]) -> None:
    take_in(LIST)
    assert counts(take_in([["SMA Negeri 1 Paringin", "NPSN: 30301234"], HEADER, SITI])) == (0, 0, 1)
    assert counts(take_in([["SMAN 1 Paringin"], HEADER, changed(SITI, street="Jl. Y")])) == (0, 1, 0)
    assert len(Register.of(journal).schools()) == 1


def test_namesakes_in_two_classes_do_not_mix(journal: Journal, take_in: Callable[..., Report]) -> None:
    one = changed(SITI, nik="", nisn="", class_name="X 1", street="Jl. Satu")
    two = changed(SITI, nik="", nisn="", class_name="X 2", street="Jl. Dua")
    assert counts(take_in([TITLE, HEADER, one])) == (1, 0, 0)
    report = take_in([TITLE, HEADER, two])
    assert counts(report) == (1, 0, 0)
    assert "same-name-other-class" in [w.code for w in report.warnings]
    assert counts(take_in([TITLE, HEADER, two, one])) == (0, 0, 2)


def test_a_nik_moved_from_one_twin_to_the_other_swaps_no_twin(journal: Journal, take_in: Callable[..., Report]) -> None:
    twin = changed(SITI, name="Sita Aminah", nik="6311064512080002", nisn="")
    first = changed(SITI, nisn="")
    take_in([TITLE, HEADER, first, twin])
    before = {name: record.id for name, record in people(journal).items()}
    take_in([TITLE, HEADER, changed(twin, nik=first[2]), changed(first, nik=twin[2])])
    after = people(journal)
    assert {name: record.id for name, record in after.items()} == before
    assert after["Siti Aminah"].student.nik == twin[2]


def test_a_list_without_a_school_stays_apart_and_the_option_names_it(
    journal: Journal, take_in: Callable[..., Report]
) -> None:
    nameless = LIST[1:]
    report = take_in(nameless)
    assert (report.school, report.warnings[0].code) == ("", "school-missing")
    named = take_in(nameless, school="SMAN 1 Awayan")
    assert (counts(named), named.school) == ((3, 0, 0), "SMAN 1 Awayan")
    assert [w.code for w in take_in(LIST, school="SMAN 1 Awayan").warnings if w.row == 0] == ["school-differs"]
    assert len(Register.of(journal).schools()) == 2


def test_a_failed_import_leaves_everything_as_it_was(
    journal: Journal, take_in: Callable[..., Report], as_reading: AsReading
) -> None:
    take_in([TITLE, HEADER, SITI])
    before = (people(journal), journal.head())
    journal.db.execute("CREATE TRIGGER full BEFORE UPDATE ON students BEGIN SELECT RAISE(ABORT, 'no more'); END")
    with pytest.raises(Exception, match="no more"):
        take_in([TITLE, HEADER, changed(SITI, class_name="X 9"), BUDI])
    assert (people(journal), journal.head()) == before


def test_a_preview_says_the_same_and_writes_nothing(
    journal: Journal, take_in: Callable[..., Report], as_reading: AsReading
) -> None:
    assert counts(importing.preview(None, as_reading(LIST))) == (3, 0, 0)
    assert counts(importing.preview(journal, as_reading(LIST))) == (3, 0, 0)
    assert journal.head()[0] == 0
    take_in([TITLE, HEADER, SITI, BUDI])
    head = journal.head()
    report = importing.preview(journal, as_reading([TITLE, HEADER, changed(SITI, street="Jl. Q"), BUDI, TARA]))
    assert (counts(report), report.dry_run) == ((1, 1, 1), True)
    assert journal.head() == head
    assert sorted(people(journal)) == ["Budi Santoso", "Siti Aminah"]


def test_check_in_finds_by_code_by_nik_and_by_class_and_masked_name(
    journal: Journal, take_in: Callable[..., Report]
) -> None:
    take_in(LIST)
    book = Register.of(journal)
    siti = people(journal)["Siti Aminah"]
    assert book.by_code(siti.code) == siti
    assert book.by_code(f" {siti.code.lower()} ") == siti
    assert book.by_code("0" * 20) is None
    assert len({record.code for record in people(journal).values()}) == 3
    assert book.classes(siti.school) == ["XII IPA 1", "XII IPA 2"]
    assert [entry.name for entry in book.search(siti.school, "XII IPA 1")] == ["B*** S******", "S*** A*****"]
    assert [entry.name for entry in book.search(siti.school, "XII IPA 1", "s")] == ["B*** S******", "S*** A*****"]
    assert [(e.id, e.name) for e in book.search(siti.school, "XII IPA 1", "am")] == [(siti.id, "Siti Aminah")]
    assert book.search(siti.school, "XII IPA 1", "zz") == []
    assert book.get("stu_unknown") is None


@pytest.mark.parametrize(
    "statement", ["DELETE FROM vault WHERE id = ?", "UPDATE students SET school = 'x' WHERE id = ?"]
)
def test_nobody_who_lost_the_data_is_left_out_in_silence(
    journal: Journal, take_in: Callable[..., Report], statement: str
) -> None:
    take_in(LIST)
    journal.db.execute("PRAGMA foreign_keys = OFF")
    journal.db.execute(statement, (people(journal)["Budi Santoso"].id,))
    with pytest.raises(StationError, match="1 of 3 students"):
        Register.of(journal).everybody()


def test_who_is_due(journal: Journal, take_in: Callable[..., Report]) -> None:
    leap = changed(SITI, name="Lea Kabisat", born="2008-02-29", nik="", nisn="")
    take_in([*LIST, leap])
    book = Register.of(journal)
    budi = people(journal)["Budi Santoso"].id
    on = date(2025, 2, 28)
    found = due.due(book.everybody(), book.schools(), on, {budi})
    assert [p.name for p in found.due] == ["Lea Kabisat", "Siti Aminah"]
    assert found.printable == ()
    assert [(p.name, p.turns_17.isoformat()) for p in found.turning_17] == [
        ("Lea Kabisat", "2025-03-01"),
        ("Siti Aminah", "2025-12-05"),
        ("Budi Santoso", "2026-01-20"),
    ]
    later = due.due(book.everybody(), book.schools(), date(2026, 1, 20), set())
    assert [p.name for p in later.printable] == ["Budi Santoso", "Lea Kabisat", "Siti Aminah"]
    assert [(p.name, p.needs_help, p.has_nik, p.school) for p in later.due if p.id == budi] == [
        ("Budi Santoso", True, True, "SMAN 1 PARINGIN")
    ]


def test_who_is_due_stands_by_class_as_a_school_counts_them(journal: Journal, take_in: Callable[..., Report]) -> None:
    classes = ("XI 10", "XII 1", "X 2", "XI 2")
    rows = [changed(SITI, name=f"Siti {name}", nik="", nisn="", class_name=name) for name in classes]
    take_in([TITLE, HEADER, *rows])
    book = Register.of(journal)
    found = due.due(book.everybody(), book.schools(), date(2025, 7, 14), set())
    assert [person.class_name for person in found.due] == ["X 2", "XI 2", "XI 10", "XII 1"]


def test_the_calendars_last_year_is_too_late_to_ask_about() -> None:
    with pytest.raises(StationError, match="9999-12-31"):
        due.due([], [], date(9999, 12, 31), set())


def test_nothing_about_a_student_can_be_read_on_the_disk(
    journal: Journal, take_in: Callable[..., Report], tmp_path: Path
) -> None:
    take_in(LIST)
    take_in([TITLE, HEADER, changed(SITI, nik="6311064512080009", street="Jalan Rahasia")])
    data = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert b"XII IPA 1" in data
    secrets = [
        "Siti",
        "Aminah",
        "6311064512080001",
        "6311064512080009",
        "2008-12-05",
        "0081234567",
        "Rahasia",
        "Tuna daksa",
    ]
    codes = [record.code for record in people(journal).values()]
    for secret in (*secrets, *codes):
        assert secret.encode() not in data, secret


def test_the_register_refuses_to_change_whom_it_does_not_know(journal: Journal, take_in: Callable[..., Report]) -> None:
    take_in(LIST)
    student = people(journal)["Tara"].student
    with pytest.raises(KeyError), journal.command("roster") as tx:
        Register(tx.db, tx.vault).change({"stu_unknown": student})
    register.prepare(journal)  # a second time is harmless
    assert len(people(journal)) == 3
