"""The console in a real window, worked by touch and key, by what is on the screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from station.biometrics.samples import Position
from station.enrolment import commands as enrolments
from station.enrolment.state import Enrolment, Status
from station.enrolment.steps import Step
from station.operators import signed_in
from station.queue import TicketState, queries

if TYPE_CHECKING:
    from station.bench.puppeteer import Sight
    from tests.screens.operator.conftest import Console, School


def running(school: School) -> Enrolment:
    enrolment = enrolments.active(school.journal)
    assert enrolment is not None
    return enrolments.read(school.journal, enrolment)


def state(school: School, ticket: str) -> TicketState:
    return queries.ticket(school.journal.db, ticket).state


def calls(school: School) -> int:
    query = "SELECT count(*) FROM events WHERE kind = 'ticket.called'"
    return int(school.journal.db.execute(query).fetchone()[0])


def test_from_the_pin_to_the_checked_documents(live_school: School, console: Console) -> None:
    school, robot = live_school, console.robot
    tickets = [school.check_in(name) for name in ("SITI AMINAH", "BUDI")]

    console.sign_in("111222")
    console.shows("PIN salah. Coba lagi.")
    assert signed_in(school.journal) is None
    robot.type_on_keys("493817")
    robot.tap("Masuk")
    robot.wait_for_screen("today")

    # Two students wait and one double tap calls one of them, once.
    call = robot.wait_for("Panggil berikutnya", role="button")
    robot.wait_until(lambda sight: sight.settled or None)
    robot.touch(*call.centre, taps=2)
    robot.wait_for("Mulai 001", role="button")
    assert calls(school) == 1
    assert [state(school, ticket) for ticket in tickets] == [TicketState.CALLED, TicketState.WAITING]
    assert robot.look().find(re.compile("SITI")) is None

    robot.tap("Mulai 001")
    robot.tap("Identitas benar")
    robot.wait_for("Dokumen benar", role="button")
    assert running(school).step is Step.DOCUMENTS
    assert robot.look().find("SITI AMINAH") is not None

    robot.tap("Buka berkas")
    robot.wait_for_screen("file")
    assert robot.look().find(re.compile("6311")) is None
    robot.tap("Tampilkan nomor")
    console.shows("6311 0557 0809 0002")
    robot.tap("Ambil gambar")
    robot.wait_for("Ambil gambar ulang", role="button", deadline=20)
    robot.tap("Ada")
    console.shows("Akta kelahiran: ada, sudah dicocokkan")
    robot.wait_until(lambda sight: sight.find(re.compile("Belum ada gambar|sedang dibuka")) is None or None)
    kept = running(school)
    taken = kept.documents["birth-certificate"]
    assert kept.documents_checked == {"birth-certificate": True}
    assert (taken.format, taken.width, taken.height) == ("jpg", 640, 480)
    assert school.spool.get(kept.id, taken.id)[:3] == b"\xff\xd8\xff"

    robot.tap("Perbaiki data")
    robot.wait_for_screen("correct")
    robot.tap(re.compile("^Tanggal lahir"))
    for _digit in range(8):
        robot.press("backspace")
    robot.type("18082009")
    robot.tap("Kartu Keluarga (KK)")
    robot.tap("Simpan perbaikan")
    # The NIK says another day: that may be, and is looked at once more.
    console.shows("NIK menunjukkan tanggal lahir yang berbeda.")
    assert enrolments.corrections(school.journal, kept.id) == {}
    robot.tap("Begitu tertulis di dokumen")
    robot.wait_for_screen("file")
    assert enrolments.corrections(school.journal, kept.id) == {"birth_date": "2009-08-18"}
    waits = robot.wait_for("Dokumen benar", role="button")
    assert not waits.enabled
    robot.touch(*waits.centre)
    robot.tap("Kartu Keluarga (KK)")
    robot.tap("Ada")
    console.shows("Kartu Keluarga (KK): ada, sudah dicocokkan")
    robot.tap("Persetujuan orang tua/wali")
    robot.tap("Tidak ada")
    console.shows("Persetujuan orang tua/wali: tidak ada")
    assert running(school).step is Step.DOCUMENTS
    robot.tap("Dokumen benar")
    robot.wait_until(lambda sight: sight.find("Dokumen benar") is None or None)
    assert running(school).step is Step.CONFIRM


def test_accept_except_park_go_on_and_sign_off(live_school: School, console: Console) -> None:
    school, robot = live_school, console.robot
    enrolment = school.start("BUDI")
    ticket = running(school).ticket
    console.sign_in()
    robot.wait_for_screen("today")

    robot.tap("Pengecualian")
    robot.tap("kelingking kiri")
    robot.tap("Diperban")
    robot.tap("Catat pengecualian")
    robot.wait_for_screen("today")
    assert {p: e.reason for p, e in running(school).exceptions.items()} == {Position.LEFT_LITTLE: "bandaged"}

    school.bring_to(enrolment, Step.RIGHT_FOUR)
    for score in (10, 33, 21):
        assert robot.wait_for("Terima dengan alasan", role="button").enabled is False
        school.attempt(enrolment, score, good=False)
    robot.tap("Terima dengan alasan")
    robot.wait_for_screen("accept")
    robot.type("kapalan")
    robot.press("enter")
    robot.wait_for_screen("today")
    (accepted,) = running(school).accepted
    assert (accepted.attempt, accepted.reason) == (2, "kapalan")

    # P opens the question; the letter is not typed into its answer.
    robot.press("p")
    robot.wait_for_screen("park")
    assert robot.look().find("Tunda", role="button", enabled=False) is not None
    robot.tap("Kurang sehat")
    robot.tap("Tunda")
    robot.wait_for_screen("today")
    assert state(school, ticket) is TicketState.PARKED
    assert enrolments.read(school.journal, enrolment).status is Status.PARKED

    robot.tap("Tertunda 1")
    robot.tap(re.compile("^001 · B"))
    robot.wait_for_screen("file")
    robot.tap("Lanjutkan 001")
    robot.wait_until(lambda sight: sight.find("Lanjutkan 001") is None or None)
    robot.press("escape")
    robot.wait_for_screen("today")
    assert running(school).step is Step.LEFT_FOUR

    school.bring_to(enrolment, Step.SIGN_OFF)
    assert robot.wait_for("Sahkan perekaman", role="button").enabled is False
    school.compare(enrolment)
    robot.wait_until(lambda sight: sight.find("Sahkan perekaman", role="button", enabled=True))
    said = " ".join(robot.look().texts)
    assert "1 hasil diterima dengan alasan." in said
    assert "kelingking kiri" in said
    robot.tap("Sahkan perekaman")
    console.shows("Tidak ada yang sedang direkam")
    assert enrolments.read(school.journal, enrolment).status is Status.SIGNED_OFF


def test_keys_undo_missed_and_the_end_of_the_day(live_school: School, console: Console) -> None:
    school, robot = live_school, console.robot
    ticket = school.check_in("BUDI")
    school.seal(school.finish("SITI AMINAH"), "pkg_1")
    console.sign_in()
    robot.wait_for_screen("today")
    console.shows("Panggil berikutnya")

    robot.press("n")
    robot.wait_for("Mulai 001", role="button")
    robot.tap("Urungkan")
    robot.wait_for("Panggil 001", role="button")
    assert state(school, ticket) is TicketState.WAITING

    robot.tap("Panggil 001")
    robot.wait_for("Mulai 001", role="button")
    assert robot.look().find("Tidak hadir 001", role="button", enabled=False) is not None
    robot.tap("Panggil ulang 001")
    console.shows("Dipanggil 2 kali")
    school.desk().call(ticket)
    console.shows("Dipanggil 3 kali")
    robot.press("m")
    console.shows("Tidak ada yang sedang direkam")
    assert state(school, ticket) is TicketState.MISSED

    # Search with F2, check somebody in.
    robot.press("f2")
    robot.wait_for_screen("check-in")
    robot.type("nurha")
    robot.tap(re.compile("^SITI NURHALIZA"))
    assert robot.wait_for("Karcis bahasa Indonesia", role="button").chosen
    robot.tap("Karcis bahasa Inggris")
    robot.wait_until(lambda sight: (found := sight.find("Karcis bahasa Inggris")) and found.chosen)
    robot.tap("Daftarkan")
    console.shows("Terdaftar dengan nomor 003.")
    robot.wait_until(lambda sight: (found := sight.find("Karcis bahasa Indonesia")) and found.chosen)
    assert school.journal.db.execute("SELECT language FROM tickets WHERE number = 3").fetchone()[0] == "en"
    robot.press("escape")
    robot.tap(re.compile("^003 · S"))
    robot.wait_for_screen("file")
    robot.tap("Batalkan")
    robot.wait_for_screen("cancel")
    robot.tap("Sudah pulang")
    robot.tap("Batalkan perekaman")
    robot.wait_for_screen("file")

    robot.press("escape")
    robot.tap("Akhir hari")
    robot.wait_for_screen("end-of-day")
    console.shows("3 nomor = 1 disegel + 1 tidak hadir + 0 ditunda + 1 dibatalkan")
    console.shows("Jumlahnya cocok.")
    robot.tap("1 Dibatalkan")
    console.shows("003 · S*** N******** · XI IPA 2 · Sudah pulang · 0 mnt lalu")
    robot.tap("Tutup kunjungan")
    robot.wait_for(role="alert")
    robot.tap("Tutup kunjungan")
    robot.wait_for_screen("visit")
    assert queries.current_visit(school.journal.db) is None


def test_two_faces_are_compared_before_the_sign_off(live_school: School, console: Console) -> None:
    school, robot = live_school, console.robot
    first, second = school.finish("SITI AMINAH"), school.start("BUDI")
    console.sign_in()
    school.bring_to(second, Step.SIGN_OFF)
    school.compare(second, **{first: 312})
    assert robot.wait_for("Sahkan perekaman", role="button").enabled is False
    robot.tap("Bandingkan")
    robot.wait_for_screen("resemblance")
    robot.tap("Dua orang berbeda")
    robot.wait_for_screen("today")
    robot.tap("Sahkan perekaman")
    console.shows("Tidak ada yang sedang direkam")
    now = enrolments.read(school.journal, second)
    assert (now.status, now.resemblances_seen) == (Status.SIGNED_OFF, {first: False})


def test_a_held_key_calls_once(live_school: School, console: Console) -> None:
    """A key that is held, or pressed over and over, is one call; the next one counts once the board has said it."""
    school, robot = live_school, console.robot
    ticket = school.check_in("BUDI")
    console.sign_in()
    robot.wait_for_screen("today")
    robot.press("n", repeats=8)
    robot.wait_for("Mulai 001", role="button")
    for _time in range(4):
        robot.press("r", repeats=3)
    assert robot.wait_for("Panggil ulang 001", role="button").note == "baru saja dipanggil"
    robot.wait_until(lambda sight: sight.find("Panggil ulang 001", role="button", enabled=True))
    assert queries.ticket(school.journal.db, ticket).calls == 1
    for _time in range(4):
        robot.press("r")
    console.shows("Dipanggil 2 kali")
    assert queries.ticket(school.journal.db, ticket).calls == 2
    robot.press("p", repeats=5)
    robot.wait_for_screen("park")
    assert robot.look().find("ppp") is None
    assert robot.look().find("Tunda", role="button", enabled=False) is not None


def test_no_character_ends_the_search(live_school: School, console: Console) -> None:
    console.sign_in()
    console.robot.wait_for_screen("today")
    console.robot.press("f2")
    console.robot.wait_for_screen("check-in")
    for typed in ("²", "٣", "９", "%", "王"):
        console.robot.type(typed)
        console.robot.wait_for(re.compile("^Tidak ditemukan"), role="")
        console.robot.press("backspace")


def typed_in(sight: Sight) -> str:
    field = sight.find(role="input")
    return field.text if field is not None else ""


def test_what_was_typed_is_not_lost_by_a_slip(live_school: School, console: Console) -> None:
    """A search in between leaves a correction as it was, and leaving it asks; each page leads back to where it was
    opened from."""
    school, robot = live_school, console.robot
    school.bring_to(school.start("BUDI"), Step.DOCUMENTS)
    console.sign_in()
    robot.tap("Buka berkas")
    robot.wait_for_screen("file")
    robot.tap("Perbaiki data")
    robot.wait_for_screen("correct")
    robot.tap(re.compile("^Jalan:"))
    robot.type_on_keys("KM 3,5")
    robot.press("f2")
    robot.wait_for_screen("check-in")
    robot.type("siti")
    robot.wait_for(re.compile("^SITI NURHALIZA"))
    robot.press("f2")
    assert typed_in(robot.wait_for_screen("check-in")) == "siti"
    robot.press("escape")
    assert typed_in(robot.wait_for_screen("correct")) == "KM 3,5"
    assert robot.look().find("Jalan: KM 3,5") is not None

    robot.press("escape")
    robot.wait_for(role="alert")
    robot.tap("Tetap di sini")
    robot.wait_until(lambda sight: sight.find(role="alert") is None)
    assert typed_in(robot.wait_for_screen("correct")) == "KM 3,5"
    robot.press("escape")
    robot.tap("Buang")
    robot.wait_for_screen("file")
    robot.tap("Perbaiki data")
    assert robot.wait_for_screen("correct").find("Jalan: –") is not None

    # Each field has the keys that it takes.
    robot.tap(re.compile("^Tanggal lahir:"))
    robot.wait_until(lambda sight: typed_in(sight) == "17082009")
    assert {thing.text for thing in robot.look().all(role="key")} == {*"0123456789", "erase"}
    robot.tap(re.compile("^Jenis kelamin:"))
    robot.wait_until(lambda sight: not sight.all(role="key"))
    robot.press("escape")
    robot.wait_for_screen("file")
    robot.press("escape")
    robot.wait_for_screen("today")


def test_a_note_is_gone_on_with_and_a_priority_shows(live_school: School, console: Console) -> None:
    school, robot = live_school, console.robot
    ticket = school.check_in("BUDI")
    school.check_in("SITI AMINAH")
    console.sign_in()
    robot.wait_for_screen("today")
    robot.tap(re.compile("^001 · B"))
    robot.wait_for_screen("file")
    robot.tap("Catatan")
    assert typed_in(robot.wait_for_screen("note")) == "Tulis catatan"
    robot.type_on_keys("AYAH, 0812-1")
    robot.tap("Simpan catatan")
    robot.wait_for_screen("file")
    console.shows("AYAH, 0812-1")
    robot.tap("Catatan")
    assert typed_in(robot.wait_for_screen("note")) == "AYAH, 0812-1"
    robot.type("2")
    robot.press("escape")
    robot.wait_for(role="alert")
    robot.press("escape")
    robot.tap("Simpan catatan")
    robot.wait_for_screen("file")
    console.shows("AYAH, 0812-12")

    robot.tap("Prioritas")
    there = robot.wait_for_screen("priority")
    assert [thing.text for thing in there.seen if thing.chosen] == ["Tanpa prioritas"]
    assert robot.look().find("Tetapkan prioritas", enabled=False) is not None
    robot.tap("Disabilitas")
    robot.tap("Tetapkan prioritas")
    robot.wait_for_screen("file")
    console.shows("Prioritas: Disabilitas")
    robot.press("escape")
    robot.wait_for(re.compile("^001 · .* · Disabilitas · catatan$"))
    assert queries.ticket(school.journal.db, ticket).priority == "disability"

    # A note that is emptied is none.
    robot.tap(re.compile("^001 · B"))
    robot.tap("Catatan")
    robot.wait_for_screen("note")
    for _letter in range(len("AYAH, 0812-12")):
        robot.press("backspace")
    robot.tap("Simpan catatan")
    robot.wait_for_screen("file")
    assert [row.has_note for row in school.view().queue] == [False, False]
