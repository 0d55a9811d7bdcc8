"""Codes under the reader of the real app: none is swallowed, whatever is shown when it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.hardware.devices import DeviceInfo, Kind
from station.hardware.watch import Watch
from station.queue import commands as tickets
from station.queue import queries

if TYPE_CHECKING:
    from tests.screens.student.conftest import Invitations, School, Screen

LATE: Final = "Karcis belum bisa dicetak: ingat atau foto nomor Anda. Karcis dicetak setelah printer siap."


def code(school: School, name: str, class_name: str = "") -> str:
    return school.person(name, class_name).code


def test_a_code_takes_the_place_of_an_answer_and_of_a_number(
    live_school: School, invitations: Invitations, screen: Screen
) -> None:
    robot = screen.robot
    robot.wait_for_screen("welcome")
    invitations.scan("https://example.org")
    robot.wait_for("Kode ini tidak dikenal")
    invitations.scan(code(live_school, "Siti Aminah", "XI IPA 1"))
    robot.wait_for("S*** A*****")
    invitations.scan(code(live_school, "Budi"))
    robot.wait_for("B***")
    robot.tap("Ambil nomor antrean")
    assert robot.wait_for_screen("ticket").find("001")
    robot.tap("English")
    robot.wait_for("Your queue number")
    invitations.scan(code(live_school, "Siti Aminah", "XI IPA 1"))
    robot.wait_for("S*** A*****")
    assert robot.look().language == "id", "the one before chose English, not this one"
    robot.tap("Ambil nomor antrean")
    robot.wait_for("002")
    visit = queries.current_visit(live_school.journal.db)
    assert visit is not None
    first, second = queries.line(live_school.journal.db, visit.id)
    assert (first.student, second.student) == (
        live_school.person("Budi").id,
        live_school.person("Siti Aminah", "XI IPA 1").id,
    )
    robot.tap("Tetap tampilkan")
    invitations.scan(first.id)
    robot.wait_for("001")
    robot.wait_for("Tetap tampilkan", role="button")  # it returns by itself again


def test_a_code_is_somebody_who_is_there(live_school: School, invitations: Invitations, hasty_screen: Screen) -> None:
    robot = hasty_screen.robot
    robot.tap("Mulai")
    robot.wait_for("Anda masih di sini?", role="")
    invitations.scan(code(live_school, "Budi"))
    robot.wait_for("B***")
    assert robot.look().find("Anda masih di sini?") is None
    robot.tap("Ambil nomor antrean")
    robot.wait_for_screen("ticket")


def test_no_paper_is_promised_that_does_not_come(live_school: School, invitations: Invitations, screen: Screen) -> None:
    """No process prints here: there never was a printer, then one was well when its process died."""
    robot = screen.robot
    robot.wait_for_screen("welcome")
    invitations.scan(code(live_school, "Siti Aminah", "XI IPA 1"))
    robot.tap("Ambil nomor antrean")
    robot.wait_for_screen("ticket")
    robot.wait_for(LATE, deadline=2.0)
    Watch(live_school.journal, "devices").appeared(DeviceInfo(Kind.PRINTER, driver="escpos"))
    robot.tap("Selesai")
    robot.wait_for_screen("welcome")
    invitations.scan(code(live_school, "Budi"))
    robot.tap("Ambil nomor antrean")
    robot.wait_for("Karcis Anda sedang dicetak …")
    robot.wait_for(LATE)
    visit = queries.current_visit(live_school.journal.db)
    assert visit is not None
    ticket = queries.line(live_school.journal.db, visit.id)[-1]
    live_school.act(lambda tx: tickets.cancel(tx, ticket.id))
    robot.wait_for("Nomor ini tidak berlaku lagi. Temui petugas.")
    assert not any("arcis" in text for text in robot.look().texts)
