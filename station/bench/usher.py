"""Brings the right person to the bench's devices while somebody tries the station by hand.

Whoever tries it has a mouse, and neither the student's fingers nor papers. So the usher follows the journal:
it lets the student who is being recorded step up and go away, lays the papers on the desk one after the
other, and guides the pen when a signature is asked for. All else is done on the screens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import structlog

from station.bench.devices.control import BenchError, Command, Enter, Lay, Leave, Sign
from station.enrolment import commands
from station.enrolment.state import Enrolment
from station.enrolment.steps import Step
from station.journal import Journal

log = structlog.get_logger()

Direct = Callable[[Command], object]
"""Has the bench carry a command out; may raise BenchError."""


class Usher:
    """Looks at the journal and directs; one thread calls `look` from time to time."""

    def __init__(self, journal: Journal, direct: Direct, people: Mapping[str, str], documents: Sequence[str]) -> None:
        """`people` gives the bench's person for a student's id; who is not in it gets the id as name."""
        self._journal = journal
        self._direct = direct
        self._people = people
        self._documents = tuple(documents)
        self._done: Command | None = None
        self._signed: tuple[str, Step, int] | None = None
        self._here = ""

    def look(self) -> None:
        """Compare once, and direct. What the bench could not do is done at the next look."""
        running = commands.active(self._journal)
        try:
            if running is None:
                self._leave()
            else:
                self._attend(commands.read(self._journal, running))
        except BenchError as error:
            log.warning("usher.waits", problem=str(error))

    def _leave(self) -> None:
        if self._here:
            self._direct(Leave())
            self._here = ""

    def _attend(self, now: Enrolment) -> None:
        person = self._people.get(now.student, now.student)
        if self._here != now.id:
            self._direct(Enter(person))
            self._here = now.id
        if now.step is Step.DOCUMENTS:
            following = next((document for document in self._documents if document not in now.documents), None)
            if following is not None:
                self._once(Lay(person, following))
        attempt = (now.id, now.step, len(now.tries(now.step)))
        if now.step in (Step.SIGNATURE, Step.APPROVE) and self._signed != attempt:
            self._direct(Sign())
            self._signed = attempt

    def _once(self, command: Command) -> None:
        if command != self._done:
            self._direct(command)
            self._done = command
