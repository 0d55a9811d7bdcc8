"""The card of the recording that runs, or of the number that is called, or of nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kivy.properties import (
    BooleanProperty,
    BoundedNumericProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout

from station.biometrics.samples import FINGERS, IRISES
from station.enrolment.steps import Step
from station.queue.states import number_text
from station.screens import advice
from station.screens.operator import words
from station.screens.operator.desk import Desk
from station.screens.operator.frame import OperatorScreen
from station.screens.operator.pages import Name
from station.screens.operator.pool import Buttons, fill
from station.screens.operator.view import NowView, QueueRow, View
from station.screens.operator.words import _, _n
from station.screens.theme import load_kv, theme
from station.screens.widgets import bars as _bars  # noqa: F401  (its KV rules are used in now.kv)
from station.screens.widgets import eyes as _eyes  # noqa: F401
from station.screens.widgets.buttons import DangerButton, PrimaryButton, PushButton, SecondaryButton
from station.screens.widgets.hands import Mark
from station.screens.widgets.taps import guard

ATTEMPTS_SHOWN: Final = 3
LANGUAGE_NAMES: Final = {"id": "Bahasa Indonesia", "en": "English"}


class AttemptLine(BoxLayout):
    """One attempt: its score, and what is wrong with it."""

    name = StringProperty("")
    value = BoundedNumericProperty(0.0, min=0.0, max=1.0)
    word = StringProperty("")
    passed = BooleanProperty(True)


class Card(BoxLayout):
    """Who is at the station, where the recording stands, and what the operator can do about it."""

    number = StringProperty("")
    name = StringProperty("")
    about = StringProperty("")
    time = StringProperty("")
    step = StringProperty("")
    total = NumericProperty(1)
    done = NumericProperty(0)
    text = StringProperty("")
    """What to do, where the step is the operator's."""
    marks = ObjectProperty({})
    picture = StringProperty("")
    """`hands`, `eyes` or nothing."""
    sides = ListProperty(["left", "right"])
    colour = ListProperty(theme.primary)
    screen = ObjectProperty(None, allownone=True, rebind=True)

    def __init__(self, **given: Any) -> None:
        self._ordered = False
        self._buttons = Buttons()
        self._attempts: list[AttemptLine] = []
        super().__init__(**given)

    def show(self, view: View) -> None:
        """Show who is being recorded, else who is called, else that nobody is."""
        if view.now is not None:
            self._show_running(view.now)
        elif view.called is not None:
            self._show_called(view.called)
        else:
            self._show_nobody(view)

    def _show_running(self, now: NowView) -> None:
        self.number = number_text(now.number)
        self.name = now.name
        priority = _(words.PRIORITIES[now.priority]) if now.priority else ""
        self.about = _join(now.class_name, LANGUAGE_NAMES.get(now.language, ""), priority, now.note)
        self.time = words.minutes(now.minutes)
        ordinal = now.steps.index(now.step) + 1 if now.step in now.steps else len(now.steps)
        where = _("Step {n} of {total}: {step}").format(n=ordinal, total=len(now.steps), step=words.step(now.step))
        self.step = f"{where} · {words.minutes(now.step_minutes)}"
        self.total, self.done = len(now.steps), len(now.done)
        self.text = _advice(now)
        self.marks, self.picture, self.sides = _drawn(now)
        self.colour = theme.primary
        self._show_attempts(now)
        self._offer(*self._running(now))

    def _show_called(self, row: QueueRow) -> None:
        self.number, self.name = number_text(row.number), row.name
        self.about = _join(row.class_name, _(words.PRIORITIES[row.priority]) if row.priority else "")
        self.time = words.minutes(row.minutes)
        called = _n("called once", "called {n} times", row.calls).format(n=row.calls)
        self.step = called[:1].upper() + called[1:]
        self.total, self.done = 1, 0
        self.text = _("Start when the student stands before you. Recall when nobody comes.")
        self.marks, self.picture, self.colour = {}, "", theme.call
        self._show_attempts(None)
        self._offer(*self._called(row))

    def _show_nobody(self, view: View) -> None:
        waiting = sum(row.state == "waiting" for row in view.queue)
        self.number, self.time, self.about, self.step = "", "", "", ""
        self.name = _("Nobody is being recorded")
        self.text = (
            _("Call the next number.")
            if waiting
            else _("Nobody waits. Students check in at the touchscreen, or you check them in here.")
        )
        self.total, self.done, self.marks, self.picture, self.colour = 1, 0, {}, "", theme.ink_soft
        self._show_attempts(None)
        self._offer([], [])

    def _show_attempts(self, now: NowView | None) -> None:
        shown = now.attempts[-ATTEMPTS_SHOWN:] if now is not None and now.captures else ()
        while len(self._attempts) < len(shown):
            self._attempts.append(AttemptLine())
        lines = self._attempts[: len(shown)]
        for line, attempt in zip(lines, shown, strict=True):
            line.name = _("Attempt {n}: {score}/100").format(n=attempt.number, score=attempt.score)
            line.value = min(1.0, max(0.0, attempt.score / 100))
            said = advice.advice(attempt.message)
            line.word = " · ".join(filter(None, (_("good"), said))) if attempt.good else said or _("not good enough")
            line.passed = attempt.good
        fill(self.ids.attempts, lines)
        if now is not None and now.captures and not shown:
            self.text = _("No attempt yet.")

    def _offer(self, first: list[PushButton], second: list[PushButton]) -> None:
        ids, before = self.ids, self.ids.first.children[-1:]
        if self._ordered and before != first[:1]:
            # Another button comes where one was just tapped: the second tap of a double tap is not meant for it.
            guard.screen_changes(0.0)
            self._ordered = False
        for row, offered in ((ids.first, first), (ids.second, second)):
            fill(row, offered)
            row.height = theme.target if offered else 0
            row.do_layout()

    def _running(self, now: NowView) -> tuple[list[PushButton], list[PushButton]]:
        first = []
        if now.step is Step.IDENTITY:
            text = _("Identity is right")
            first.append(self._does("identity", text, lambda desk: desk.complete(now.enrolment, Step.IDENTITY)))
        elif now.step is Step.DOCUMENTS:
            text = _("Documents are right")
            documents = self._does("documents", text, lambda desk: desk.complete(now.enrolment, Step.DOCUMENTS))
            documents.reason = words.documents_wait(now.documents_seen, len(now.documents))
            first.append(documents)
        elif now.step is Step.SIGN_OFF:
            sign_off = self._does("sign-off", _("Sign off"), lambda desk: desk.sign_off(now.enrolment))
            sign_off.reason = words.sign_off_waits(now.sign_off_waits)
            first.append(sign_off)
        first.append(self._opens(SecondaryButton, _("Open the file"), Name.FILE, now.ticket))
        accept = self._opens(SecondaryButton, _("Accept with a reason"), Name.ACCEPT, now.ticket)
        if not now.may_accept:
            early = _("after {n} attempts").format(n=now.accept_after)
            accept.reason = early if now.captures else _("nothing to accept here")
        second = [
            accept,
            self._opens(SecondaryButton, _("Exception"), Name.EXCEPTION, now.ticket),
            self._opens(SecondaryButton, _("Repeat a step"), Name.REPEAT, now.ticket),
            self._opens(SecondaryButton, _("Park"), Name.PARK, now.ticket),
            self._opens(DangerButton, _("Cancel"), Name.CANCEL, now.ticket),
        ]
        return first, second

    def _called(self, row: QueueRow) -> tuple[list[PushButton], list[PushButton]]:
        text = _("Start {number}").format(number=number_text(row.number))
        start = self._does("start", text, lambda desk: desk.start(row.ticket))
        return [start, self._opens(SecondaryButton, _("Open the file"), Name.FILE, row.ticket)], []

    def _does(self, key: str, text: str, command: Callable[[Desk], Any]) -> PushButton:
        def act(pressed: PushButton) -> None:
            self._ordered = True
            self._screen().order(command, pressed)

        return self._buttons.get(key, PrimaryButton, text, act)

    def _opens(self, kind: type[PushButton], text: str, name: Name, ticket: str) -> PushButton:
        return self._buttons.get(name, kind, text, lambda _pressed: self._screen().open(name, ticket))

    def _screen(self) -> OperatorScreen:
        screen: OperatorScreen = self.screen
        return screen


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _advice(now: NowView) -> str:
    if now.disputed:
        return _("The student says that something is wrong. Compare with the documents, correct, then go on.")
    match now.step:
        case Step.IDENTITY:
            return _("Ask for name and date of birth, and compare them with the file.")
        case Step.DOCUMENTS:
            seen = _("{n} of {total} documents looked at.").format(n=now.documents_seen, total=len(now.documents))
            return " ".join([_("Open the file and compare each document with the data."), seen])
        case Step.SIGN_OFF:
            return _summary(now)
    return "" if now.captures else _("The student is doing this at the touchscreen.")


def _summary(now: NowView) -> str:
    missing = ", ".join(words.position(position) for position in now.missing)
    parts = [
        _("All {n} steps are done.").format(n=len(now.done)),
        _("Documents: {n} of {total}.").format(n=now.documents_seen, total=len(now.documents)),
        _n("{n} sample accepted with a reason.", "{n} samples accepted with a reason.", now.accepted).format(
            n=now.accepted
        ),
    ]
    if missing:
        parts.append(_("Exceptions: {positions}.").format(positions=missing))
    if now.corrected:
        fields = ", ".join(_(words.FIELDS.get(field, field)) for field in now.corrected)
        parts.append(_("Corrected: {fields}.").format(fields=fields))
    parts.append(_("You answer for this recording."))
    return " ".join(parts)


def _drawn(now: NowView) -> tuple[dict[str, str], str, list[str]]:
    """Marks for the drawing, which drawing, and which hands."""
    marks = {str(position): str(Mark.ASKED) for position in now.wanted}
    marks |= {str(position): str(Mark.MISSING) for position in now.missing}
    marks |= {str(p.position): str(Mark.GOOD if p.good else Mark.POOR) for p in now.positions}
    if any(position in IRISES for position in now.wanted):
        return marks, "eyes", []
    asked = [str(position) for position in now.wanted if position in FINGERS]
    if not asked:
        return {}, "", []
    sides = [side for side in ("left", "right") if any(position.startswith(side) for position in asked)]
    return marks, "hands", sides


load_kv(__file__)
