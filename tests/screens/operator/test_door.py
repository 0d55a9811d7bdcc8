"""Who may work at the console: signing in, locking and waiting, in a real window."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from station.journal.events import OperatorSignedOut
from station.operators import signed_in
from station.operators.people import lock, unlock
from station.queue import queries

if TYPE_CHECKING:
    from tests.screens.operator.conftest import Console, School


def test_locks_hands_and_a_restart(live_school: School, console: Console) -> None:
    """The main button on either hand's side; locked by key, by idling and by starting again."""
    school, robot = live_school, console.robot
    school.check_in("BUDI")
    console.sign_in()
    robot.wait_for_screen("today")
    right = robot.wait_for("Panggil berikutnya", role="button")
    robot.tap("Pengaturan")
    robot.tap("di kiri")
    robot.tap("English")
    robot.tap("Today")
    left = robot.wait_for("Call next", role="button")
    assert left.x < 100 < 900 < right.x
    robot.press("l", "ctrl")
    robot.wait_for_screen("sign-in")
    assert signed_in(school.journal) is None

    robot.tap("Rahmat Hidayat")
    robot.type("493817")
    robot.press("enter")
    robot.wait_for_screen("today")
    assert signed_in(school.journal) is not None
    console.kill()
    (school.folder / "config.toml").write_text("[console]\nidle_lock_seconds = 1\n")
    console.begin()
    robot = console.robot
    console.sign_in()
    robot.wait_for_screen("today")
    robot.wait_for_screen("sign-in")
    assert signed_in(school.journal) is None
    ends = [row.event for row in school.journal.events(school.operator.id) if isinstance(row.event, OperatorSignedOut)]
    assert [event.reason for event in ends] == ["asked", "restart", "idle"]


def test_who_is_signed_out_elsewhere_is_out_here(live_school: School, console: Console) -> None:
    school, robot = live_school, console.robot
    console.sign_in()
    robot.wait_for_screen("today")
    school.act(lambda tx: lock(tx, school.operator.id))
    robot.wait_for_screen("sign-in")
    robot.tap("Rahmat Hidayat")
    found = robot.wait_for("Masuk", role="button")
    assert (found.enabled, found.note) == (False, "terkunci: hubungi teknisi")


def test_nothing_is_done_once_the_console_is_locked(live_school: School, console: Console) -> None:
    """A question that was open goes with whom it was asked, and a tap that came before the lock does nothing after."""
    school, robot = live_school, console.robot
    console.sign_in()
    robot.wait_for_screen("today")
    robot.tap("Akhir hari")
    robot.wait_for_screen("end-of-day")
    robot.tap("Tutup kunjungan")
    robot.wait_for(role="alert")
    school.act(lambda tx: lock(tx, school.operator.id))
    robot.wait_until(lambda sight: (sight.screen == "sign-in" and sight.find(role="alert") is None) or None)
    assert queries.current_visit(school.journal.db) is not None
    assert signed_in(school.journal) is None


def test_a_wait_ends_when_the_technician_unlocks(live_school: School, console: Console) -> None:
    """The wait is the journal's: it is there after a restart, and an unlock or a new PIN elsewhere ends it."""
    school = live_school
    console.robot.wait_for_screen("sign-in")
    console.kill()
    (school.folder / "config.toml").write_text("[console]\nfailures_before_wait = 1\nwait_seconds = 600\n")
    console.begin()
    console.sign_in("111222")
    again = re.compile(r"^coba lagi \d{3} detik$")
    console.robot.wait_until(lambda sight: again.search((sight.find("Masuk") or sight.seen[0]).note) or None)
    console.kill()
    console.begin()
    console.robot.wait_for_screen("sign-in")
    console.robot.tap("Rahmat Hidayat")
    assert console.robot.wait_for("Masuk", role="button").enabled is False
    school.act(lambda tx: unlock(tx, school.operator.id))
    console.robot.wait_until(lambda sight: ((found := sight.find("Masuk")) and found.note == "minimal 6 angka") or None)
    assert console.robot.look().find(re.compile("PIN salah")) is None
    console.robot.type("493817")
    console.robot.tap("Masuk")
    console.robot.wait_for_screen("today")
