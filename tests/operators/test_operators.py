from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import argon2
import pytest

from station import operators
from station.clock import SetClock
from station.journal import Journal, projections
from station.operators import ConsoleSettings, OperatorRefused, Outcome, SignIn, WeakPin, people, pins

PIN = "481516"
AS_SHIPPED = pins._HASHER
SETTINGS = ConsoleSettings(failures_before_wait=3, wait_seconds=10, failures_before_lock=6)


@pytest.fixture(scope="module", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Argon2id with its smallest cost: what is tested is not how slow it is."""
    patch = pytest.MonkeyPatch()
    patch.setattr(pins, "_HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    yield
    patch.undo()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 2, 3, 1, 0, tzinfo=UTC))


@pytest.fixture
def journal(tmp_path: Path, clock: SetClock) -> Iterator[Journal]:
    journal = Journal.open(tmp_path, clock)
    people.add(journal, "Ani  Lestari", PIN, SETTINGS, actor="cli", left_handed=True)
    yield journal
    journal.close()


def attempt(journal: Journal, pin: str, who: str = "ani lestari") -> SignIn:
    return operators.sign_in(journal, who, pin, SETTINGS)


def fail(journal: Journal, times: int) -> SignIn:
    outcome = SignIn(Outcome.WRONG)
    for _ in range(times):
        outcome = attempt(journal, "000001")
    return outcome


def test_the_kept_hash_is_argon2id_at_the_recommended_cost() -> None:
    assert AS_SHIPPED.hash(PIN).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_the_right_pin_signs_in_whatever_the_case_of_the_name(journal: Journal) -> None:
    result = attempt(journal, PIN, "ANI LESTARI ")
    assert result.outcome is Outcome.SIGNED_IN
    assert result.operator is not None
    assert (result.operator.name, result.operator.left_handed) == ("Ani Lestari", True)
    assert operators.signed_in(journal) == result.operator
    assert attempt(journal, PIN, result.operator.id).outcome is Outcome.SIGNED_IN
    with journal.command(result.operator.actor) as tx:
        operators.sign_out(tx, result.operator.id, "idle")
        operators.sign_out(tx, result.operator.id, "idle")
    assert operators.signed_in(journal) is None
    assert [row.kind for row in journal.since(0)].count("operator.signed-out") == 1


@pytest.mark.parametrize("spelt", ["Rene\u0301 Adi", "RENE\u0301 adi", "Ren\u00e9  Adi"])
def test_names_are_the_same_however_their_accents_are_written(journal: Journal, spelt: str) -> None:
    added = people.add(journal, "Rene\u0301 Adi", "314159", SETTINGS, actor="cli")
    assert added.name == "Ren\u00e9 Adi"
    assert operators.find(journal, spelt) == added
    with pytest.raises(OperatorRefused):
        people.add(journal, spelt, "314159", SETTINGS, actor="cli")


def test_name_and_hash_are_nowhere_readable(journal: Journal, tmp_path: Path) -> None:
    attempt(journal, PIN)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Lestari" not in on_disk
    assert b"lestari" not in on_disk
    assert b"$argon2" not in on_disk


def test_an_unknown_name_is_just_wrong(journal: Journal) -> None:
    assert attempt(journal, PIN, "Budi") == SignIn(Outcome.WRONG)


def test_wrong_pins_wait_then_lock(journal: Journal, clock: SetClock) -> None:
    assert fail(journal, 2) == SignIn(Outcome.WRONG)
    assert fail(journal, 1) == SignIn(Outcome.WRONG, wait_seconds=10)
    assert attempt(journal, PIN) == SignIn(Outcome.WAIT, wait_seconds=10)
    clock.advance(9.5)
    assert attempt(journal, PIN) == SignIn(Outcome.WAIT, wait_seconds=1)
    clock.advance(0.5)
    assert fail(journal, 1) == SignIn(Outcome.WRONG, wait_seconds=20)
    clock.advance(20)
    assert fail(journal, 1) == SignIn(Outcome.WRONG, wait_seconds=40)
    clock.advance(40)
    assert fail(journal, 1) == SignIn(Outcome.LOCKED)
    clock.advance(100_000)
    assert attempt(journal, PIN) == SignIn(Outcome.LOCKED)
    operator = operators.everyone(journal)[0]
    assert operator.locked
    with journal.command("cli") as tx:
        people.unlock(tx, operator.id)
    assert attempt(journal, PIN).outcome is Outcome.SIGNED_IN
    before = projections.dump(journal.db)
    journal.rebuild()
    assert projections.dump(journal.db) == before


def test_a_right_pin_forgets_the_failures(journal: Journal) -> None:
    fail(journal, 2)
    attempt(journal, PIN)
    assert fail(journal, 2) == SignIn(Outcome.WRONG)


def test_the_wait_survives_a_restart(journal: Journal, clock: SetClock, tmp_path: Path) -> None:
    fail(journal, 3)
    clock.advance(4)
    again = Journal.open(tmp_path, clock)
    assert attempt(again, PIN) == SignIn(Outcome.WAIT, wait_seconds=6)
    again.close()


def test_setting_the_wall_clock_changes_nothing(journal: Journal, clock: SetClock, tmp_path: Path) -> None:
    fail(journal, 3)
    for year in (1970, 2099):
        moved = SetClock(datetime(year, 1, 1, tzinfo=UTC))
        again = Journal.open(tmp_path, moved)
        assert attempt(again, PIN) == SignIn(Outcome.WAIT, wait_seconds=10)
        moved.advance(10)
        assert again.clock.monotonic() == 10
        again.close()
    clock.advance(10)
    assert attempt(journal, PIN).outcome is Outcome.SIGNED_IN


@pytest.mark.parametrize("uptime_before", [0.0, 3.0, 1_000_000.0])
def test_after_a_reboot_the_whole_wait_counts_from_the_boot(
    uptime_before: float, journal: Journal, clock: SetClock, tmp_path: Path
) -> None:
    clock.advance(uptime_before)
    fail(journal, 3)
    rebooted = SetClock(datetime(2026, 2, 3, 1, 0, tzinfo=UTC))
    again = Journal.open(tmp_path, rebooted)
    again.boot = "another-boot"
    assert attempt(again, PIN) == SignIn(Outcome.WAIT, wait_seconds=10)
    rebooted.advance(10)
    assert attempt(again, PIN).outcome is Outcome.SIGNED_IN
    again.close()


def test_many_tries_at_once_are_all_counted(journal: Journal) -> None:
    start = threading.Barrier(8)
    outcomes: list[Outcome] = []

    def one(pin: str) -> None:
        start.wait(10)
        outcomes.append(attempt(journal, pin).outcome)

    threads = [threading.Thread(target=one, args=(f"{n:06}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert outcomes.count(Outcome.WRONG) == 3
    assert outcomes.count(Outcome.WAIT) == 5


def test_a_pin_changed_while_it_was_compared_is_the_old_one(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    operator = operators.everyone(journal)[0]
    compare = pins.matches

    def changed_meanwhile(phc: str | None, pin: str) -> bool:
        people.change_pin(journal, operator.id, "271828", SETTINGS, actor="cli")
        return compare(phc, pin)

    monkeypatch.setattr(pins, "matches", changed_meanwhile)
    assert attempt(journal, PIN).outcome is Outcome.WRONG


def test_a_new_pin_ends_the_lock(journal: Journal) -> None:
    operator = operators.everyone(journal)[0]
    with journal.command("cli") as tx:
        people.lock(tx, operator.id)
        people.lock(tx, operator.id)
    assert [row.kind for row in journal.since(0)].count("operator.locked") == 1
    people.change_pin(journal, operator.id, "271828", SETTINGS, actor="cli")
    assert attempt(journal, PIN).outcome is Outcome.WRONG
    assert attempt(journal, "271828").outcome is Outcome.SIGNED_IN


def test_locking_signs_out(journal: Journal) -> None:
    attempt(journal, PIN)
    with journal.command("cli") as tx:
        people.lock(tx, operators.everyone(journal)[0].id)
    assert operators.signed_in(journal) is None


def test_only_one_is_signed_in(journal: Journal) -> None:
    people.add(journal, "Budi", "314159", SETTINGS, actor="cli")
    attempt(journal, PIN)
    attempt(journal, "314159", "Budi")
    assert [operator.name for operator in operators.everyone(journal) if operator.signed_in] == ["Budi"]


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("48151", "pin.too-short"),
        ("", "pin.not-digits"),
        ("48151a", "pin.not-digits"),
        ("٤٨١٥١٦", "pin.not-digits"),
        ("1" * 33, "pin.too-long"),
        ("777777", "pin.too-simple"),
        ("123456", "pin.too-simple"),
        ("567890", "pin.too-simple"),
        ("654321", "pin.too-simple"),
        ("121212", "pin.too-simple"),
        ("123123", "pin.too-simple"),
    ],
)
def test_weak_pins_are_refused(pin: str, code: str, journal: Journal) -> None:
    with pytest.raises(WeakPin) as caught:
        people.add(journal, "Budi", pin, SETTINGS, actor="cli")
    assert caught.value.code == code
    assert [operator.name for operator in operators.everyone(journal)] == ["Ani Lestari"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (" ani LESTARI", "operator.name-taken"),
        ("", "operator.name-unusable"),
        (" ", "operator.name-unusable"),
        ("A\x1bB", "operator.name-unusable"),
        ("x" * 61, "operator.name-unusable"),
    ],
)
def test_unusable_names_are_refused(name: str, code: str, journal: Journal) -> None:
    with pytest.raises(OperatorRefused) as caught:
        people.add(journal, name, "314159", SETTINGS, actor="cli")
    assert caught.value.code == code
