"""Kills the station's processes at random moments of robot days, and looks whether anything was lost.

    python -m station.bench.crash --kills 200 --seed 1

Each day has five students and up to KILLS_A_DAY kills (SIGKILL, any process, any moment, seeded); then it is played
to its end, and `check` reads what is left: the journal verifies, its tables are those that a replay gives, every
acknowledged sample that was kept is in a package that the office opened, nothing exists twice, and no enrolment ever
went anywhere but to its first open step.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from station.bench.day.folder import Setting, begin, today
from station.bench.day.play import play
from station.bench.day.report import Report
from station.bench.processes import Processes
from station.clock import SystemClock
from station.enrolment.state import fold
from station.enrolment.steps import CAPTURES, Step
from station.journal import Journal
from station.journal import events as ev
from station.journal.verify import projections_differ, verify

STUDENTS: Final = 5
KILLS_A_DAY: Final = 40
VICTIMS: Final = ("student", "operator", "devices", "office", "student", "operator", "devices")
"""The two screens and the devices' process die twice as often as the office."""
SHORTEST, LONGEST = 0.3, 4.0
"""Seconds between two kills, uniformly drawn: within start-up as well as in the middle of work."""


class Killer:
    """Kills one process after another, at moments and in an order that the seed decides."""

    def __init__(self, seed: int, kills: int) -> None:
        self._random = random.Random(seed)
        self._left = kills
        self.killed: Counter[str] = Counter()

    def __call__(self, processes: Processes, stop: threading.Event) -> None:
        while self._left and not stop.wait(self._random.uniform(SHORTEST, LONGEST)):
            victim = self._random.choice(VICTIMS)
            if processes.kill(victim):
                self.killed[victim] += 1
                self._left -= 1


def check(folder: Path, report: Report) -> Iterator[str]:
    """What a day has lost or doubled, in words; nothing when all is well."""
    yield from report.problems
    yield from (f"finished, but not opened by the office: {enrolment}" for enrolment in report.unopened)
    journal = Journal.inspect(folder / "journal.db")
    try:
        outcome = verify(journal.db)
        if outcome.finding is not None:
            yield f"journal: {outcome.finding.message}"
        yield from (f"table {table} is not what the journal says" for table in projections_differ(journal.db))
        yield from _tickets(journal)
        for (enrolment,) in journal.db.execute("SELECT id FROM enrolments ORDER BY id").fetchall():
            yield from _walk(journal, enrolment)
            yield from _samples(journal, folder, enrolment)
        yield from _left_over(folder)
    finally:
        journal.close()


def _tickets(journal: Journal) -> Iterator[str]:
    rows = journal.db.execute("SELECT visit, number, student FROM tickets ORDER BY visit, number").fetchall()
    for visit, count in Counter(visit for visit, _, _ in rows).items():
        numbers = [number for of, number, _ in rows if of == visit]
        if numbers != list(range(1, count + 1)):
            yield f"numbers of {visit} have gaps or doubles: {numbers}"
    yield from (f"student {s} has {n} tickets" for (_, s), n in Counter((v, s) for v, _, s in rows).items() if n > 1)
    for enrolment, count in journal.db.execute(
        "SELECT enrolment, count(*) FROM packages GROUP BY 1 HAVING count(*) > 1"
    ):
        yield f"{enrolment} was sealed {count} times"


def _walk(journal: Journal, enrolment: str) -> Iterator[str]:
    """Every step entered must be the first that was open then: nothing skipped, nothing done twice for nothing."""
    past = []
    for row in journal.events(enrolment):
        past.append(row)
        event = row.event
        if isinstance(event, ev.StepEntered):
            now = fold(past)
            first = next((step for step in now.steps if step not in now.completed), Step.SIGN_OFF)
            if Step(event.step) is not first:
                yield f"{enrolment} entered {event.step} while {first} was open (seq {row.seq})"


def _samples(journal: Journal, folder: Path, enrolment: str) -> Iterator[str]:
    """Every kept sample that the journal acknowledges is in the opened package, byte for byte."""
    now = fold(journal.events(enrolment))
    sealed = journal.db.execute("SELECT id FROM packages WHERE enrolment = ?", (enrolment,)).fetchone()
    if sealed is None:
        return
    records = [p for p in (folder / "office").glob("packages/**/data/enrolment.json") if _is_of(p, enrolment)]
    if len(records) != 1:
        yield f"{enrolment} is {len(records)} times at the office"
        return
    held = {hashlib.sha256(p.read_bytes()).hexdigest() for p in records[0].parent.rglob("*") if p.is_file()}
    for step in now.steps:
        attempt = now.kept(step) if step in CAPTURES and step is not Step.VERIFY_INDEXES else None
        for sample in attempt.samples if attempt else ():
            if sample.sha256 not in held:
                yield f"{enrolment}: sample {sample.id} of {step} was acknowledged and is not in the package"
    for document, sample in now.documents.items():
        if sample.sha256 not in held:
            yield f"{enrolment}: {document} was acknowledged and is not in the package"


def _is_of(path: Path, enrolment: str) -> bool:
    return bool(json.loads(path.read_bytes())["enrolment"] == enrolment)


def _left_over(folder: Path) -> Iterator[str]:
    spooled = sorted(path.name for path in (folder / "spool").iterdir()) if (folder / "spool").is_dir() else []
    yield from (f"the spool still holds {name}" for name in spooled)


def main() -> int:
    """Run days until so many kills are done; 0 when nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="keep the days here instead of a temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="station-crash-") as temporary:
        return run(given.out or Path(temporary), given.kills, given.seed)


def run(out: Path, kills: int, seed: int) -> int:
    """Days with kills in `out`; prints one line a day and what was found."""
    clock = SystemClock()
    killed: Counter[str] = Counter()
    found = failed = days = 0
    while killed.total() < kills:
        days += 1
        folder = out / f"day-{days}"
        setting = begin(folder, Setting(seed=seed * 1000 + days, students=STUDENTS, on=today(clock)), resume=False)
        killer = Killer(setting.seed, min(KILLS_A_DAY, kills - killed.total()))
        report = play(folder, setting, clock, _quiet, killer, languages=())
        problems = list(check(folder, report))
        killed.update(killer.killed)
        found += len(problems)
        failed += bool(problems)
        _say(f"day {days}: {killer.killed.total()} kills, {killed.total()} of {kills} in all; {len(problems)} problems")
        for problem in problems:
            _say(f"  {problem}")
        if not killer.killed:
            _say("  nobody could be killed: the day was too short to mean anything")
            return 1
    _say(f"{killed.total()} kills ({', '.join(f'{name} {n}' for name, n in sorted(killed.items()))}): {found} problems")
    _say(f"{days - failed} passed, {failed} failed")
    return 1 if found else 0


def _quiet(_gone: int, _total: int, _doing: str) -> None:
    """The crash test tells of whole days only."""


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
