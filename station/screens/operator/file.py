"""The student's file: biographic data beside the pictures of the documents, and what can be done with the ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from kivy.properties import BooleanProperty, ColorProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.enrolment.state import Status
from station.enrolment.steps import Step
from station.queue.states import TicketState, number_text
from station.roster.nik import Sex
from station.screens.locale.speech import mark, tr
from station.screens.operator import words
from station.screens.operator.desk import Desk
from station.screens.operator.frame import OperatorScreen
from station.screens.operator.pages import Name, Shown
from station.screens.operator.pool import Buttons, fill
from station.screens.operator.queue import ASIDE, NEEDS, NOTE, PRIORITY
from station.screens.operator.view import DocumentView, FieldView, FileView
from station.screens.operator.words import _
from station.screens.pixels import Pixels
from station.screens.theme import load_kv, theme
from station.screens.widgets import picture as _picture  # noqa: F401  (its KV rules are used in file.kv)
from station.screens.widgets.buttons import Choice, DangerButton, PrimaryButton, PushButton, SecondaryButton
from station.screens.widgets.kept import keep
from station.screens.widgets.words import extents

NUMBERS: Final = ("nik", "no_kk")
"""Fields shown by their last four digits until the operator asks for the whole number."""
_SEXES: Final = {Sex.MALE: mark("male"), Sex.FEMALE: mark("female")}
PICTURE_SIDE: Final = 1200
"""Pixels of a document's picture on the screen: enough to read small print on the largest window."""
TAB_MARGINS: Final = 2.6
"""What a tab's icon and margins take beside its name, in letters of a body's size."""


def field_text(field: str, value: str, *, whole: bool) -> str:
    """A field's value as a reader expects it; one that is only half typed stays as it is."""
    if not value:
        return "–"
    if field in NUMBERS:
        shown = value if whole else "•" * (len(value) - 4) + value[-4:]
        return " ".join(shown[at : at + 4] for at in range(0, len(shown), 4))
    if field == "birth_date":
        try:
            return str(tr._date(date.fromisoformat(value)))
        except ValueError:
            return value
    return _(_SEXES[Sex(value)]) if field == "sex" else value


class FieldLine(BoxLayout):
    """One field of the data."""

    label = StringProperty("")
    value = StringProperty("")
    listed = StringProperty("")
    """What the school's list says, where it was corrected."""


class HintLine(BoxLayout):
    """What is to be known about the student, with the icon that says so in the queue."""

    text = StringProperty("")
    icon = StringProperty("dot")
    colour = ColorProperty(theme.ink)
    bold = BooleanProperty(False)


class FileScreen(OperatorScreen):
    """One student's file."""

    title = StringProperty("")
    about = StringProperty("")
    document = StringProperty("")
    document_state = StringProperty("")
    whole = BooleanProperty(False)
    """Numbers are shown in full."""

    def __init__(self, **given: Any) -> None:
        self._pictures: dict[str, Pixels] = {}
        self._asked: set[str] = set()
        self._buttons = Buttons()
        super().__init__(**given)
        self.ids.documents.bind(width=self._share_width)

    def enter(self, state: Shown) -> None:
        self.whole = False
        self._forget()
        file = state.view.file
        self.document = file.documents[0].document if file is not None and file.documents else ""

    def leave(self) -> None:
        self.whole = False
        self._forget()

    def _forget(self) -> None:
        self._pictures.clear()
        self._asked.clear()
        self.ids.picture.clear()

    def update(self, state: Shown) -> None:
        file = state.view.file
        if file is None or file.row.ticket != state.page.ticket:
            return
        row = file.row
        self.title = f"{number_text(row.number)} · {file.name}"
        state_text = f"{words.state(row.state)} {words.minutes(row.minutes)}"
        reason = words.reason(row.reason)
        self.about = " · ".join(part for part in (row.class_name, state_text, reason) if part)
        self._show_hints(file)
        self._show_fields(file)
        self._show_documents(file)
        self._offer(file)

    def on_whole(self, _screen: object, _whole: bool) -> None:
        if self.view.file is not None:
            self._show_fields(self.view.file)

    def _show_hints(self, file: FileView) -> None:
        hints = [
            (PRIORITY, f"{_('Priority')}: {_(words.PRIORITIES[file.row.priority])}" if file.row.priority else ""),
            (NEEDS, _("Special need: {what}").format(what=file.special_needs) if file.special_needs else ""),
            (NOTE, file.note),
        ]
        shown = [(sign, text) for sign, text in hints if text]
        for line, (sign, text) in zip(keep(self.ids.hints, HintLine, len(shown)), shown, strict=True):
            line.icon, line.colour = sign
            line.text, line.bold = text, sign == PRIORITY

    def _show_fields(self, file: FileView) -> None:
        lines = list(self._lines(file.fields))
        for line, shown in zip(keep(self.ids.fields, FieldLine, len(lines)), lines, strict=True):
            line.label, line.value, line.listed = shown

    def _lines(self, fields: Sequence[FieldView]) -> Iterator[tuple[str, str, str]]:
        """Label, value and the list's value of each line; RT and RW stand on one, as on the documents."""
        for field in fields:
            if field.field == "rw":
                continue
            together = [field, *(f for f in fields if f.field == "rw")] if field.field == "rt" else [field]
            label = " / ".join(_(words.FIELDS[f.field]) for f in together)
            value = " / ".join(field_text(f.field, f.value, whole=self.whole) for f in together)
            listed = " / ".join(field_text(f.field, f.listed or f.value, whole=self.whole) for f in together)
            corrected = any(f.listed for f in together)
            yield label, value, _("list: {value}").format(value=listed) if corrected else ""

    # Documents

    def _choice(self) -> Choice:
        choice = Choice(size_hint=(1, None))
        choice.bind(on_act=lambda choice: self.choose(choice.document))
        return choice

    def _show_documents(self, file: FileView) -> None:
        choices = keep(self.ids.documents, self._choice, len(file.documents))
        for choice, shown in zip(choices, file.documents, strict=True):
            choice.document = shown.document
            choice.text = words.document(shown.document)
            choice.icon = "check" if shown.present else "cross" if shown.present is False else "ring"
            choice.chosen = shown.document == self.document
        self._share_width()
        self._show_document(file)

    def _share_width(self, *_: object) -> None:
        """Give each tab what its name takes of the room, so that all names have one size: thirds would leave the
        longest one too small to read."""
        box = self.ids.documents
        tabs = box.children
        names = [extents(tab.text, max(8, round(theme.body)), True, None)[0] for tab in tabs]
        around = theme.body * TAB_MARGINS + theme.s16
        room = max(0.0, box.width - box.spacing * (len(tabs) - 1) - around * len(tabs))
        for tab, name in zip(tabs, names, strict=True):
            tab.size_hint_x = around + room * name / max(1, sum(names))

    def choose(self, document: str) -> None:
        """Look at this document."""
        self.document = document
        if self.view.file is not None:
            self._show_documents(self.view.file)

    def _show_document(self, file: FileView) -> None:
        shown = next((d for d in file.documents if d.document == self.document), None)
        if shown is None:
            return
        said = {None: _("not looked at yet"), True: _("present, compared"), False: _("not there")}[shown.present]
        self.document_state = f"{words.document(shown.document)}: {said}"
        away = "" if file.active else _("no recording runs")
        for name in ("take", "present", "absent"):
            self.ids[name].reason = away
        self.ids.take.text = _("Take the picture again") if shown.sample else _("Take a picture")
        self._show_picture(file, shown)

    def _show_picture(self, file: FileView, shown: DocumentView) -> None:
        sample = shown.sample
        picture = self.ids.picture
        if sample in self._pictures:
            self.ids.no_picture.text = ""
            picture.show(self._pictures[sample])
            return
        self.ids.no_picture.text = _("The picture is being opened.") if sample else _("No picture yet")
        picture.clear()
        if sample and sample not in self._asked:
            self._asked.add(sample)
            enrolment = file.row.enrolment

            def done(pixels: Pixels) -> None:
                if sample in self._asked:
                    self._pictures[sample] = pixels
                    self._show_again()

            self.fetch(lambda desk: desk.picture(enrolment, sample, PICTURE_SIDE, PICTURE_SIDE), done)

    def _show_again(self) -> None:
        if self.view.file is not None:
            self._show_document(self.view.file)

    def take(self) -> None:
        """Take a picture of the document on the desk."""
        file, document = self.view.file, self.document
        if file is not None:
            enrolment = file.row.enrolment
            self.fetch(lambda desk: desk.take_document(enrolment, document), button=self.ids.take)

    def check(self, present: bool, button: PushButton) -> None:
        """The document was compared, or is not there."""
        file, document = self.view.file, self.document
        if file is not None:
            enrolment = file.row.enrolment
            self.order(lambda desk: desk.check_document(enrolment, document, present=present), button)

    # What can be done with the ticket

    def _offer(self, file: FileView) -> None:
        fill(self.ids.actions, [*self._main(file), *self._others(file)])

    def _main(self, file: FileView) -> list[PushButton]:
        ticket, enrolment, number = file.row.ticket, file.row.enrolment, number_text(file.row.number)
        match file.step:
            case Step.IDENTITY:
                return [self._does(_("Identity is right"), lambda d: d.complete(enrolment, Step.IDENTITY), "identity")]
            case Step.DOCUMENTS:
                right = self._does(_("Documents are right"), lambda d: d.complete(enrolment, Step.DOCUMENTS), "docs")
                seen = sum(document.present is not None for document in file.documents)
                right.reason = words.documents_wait(seen, len(file.documents))
                return [right]
            case Step.SIGN_OFF:
                sign_off = self._does(_("Sign off"), lambda d: d.sign_off(enrolment), "sign-off")
                sign_off.reason = words.sign_off_waits(file.sign_off_waits)
                return [sign_off]
        if file.lost:
            return [self._does(_("Record what is lost again"), lambda d: d.record_lost(ticket), "lost")]
        if file.may_start:
            text = _("Go on with {number}") if file.row.recording is Status.PARKED else _("Start {number}")
            return [self._does(text.format(number=number), lambda d: d.start(ticket), "start")]
        if file.row.state is TicketState.WAITING:
            return [self._does(_("Call {number}").format(number=number), lambda d: d.call(ticket), "call")]
        return []

    def _others(self, file: FileView) -> list[PushButton]:
        row, ticket = file.row, file.row.ticket
        found: list[PushButton] = []
        if row.state in ASIDE:
            text = _("Return {number}").format(number=number_text(row.number))
            found.append(self._does(text, lambda d: d.give_back(ticket), "return", SecondaryButton))
        if row.state is TicketState.CANCELLED and row.recording in (None, Status.CANCELLED):
            text = _("Take the cancellation back")
            found.append(self._does(text, lambda d: d.reinstate(ticket), "reinstate", SecondaryButton))
        if file.active:
            found.append(self._opens(_("Correct the data"), Name.CORRECT, ticket))
        if row.state in (TicketState.WAITING, *ASIDE):
            found.append(self._opens(_("Priority"), Name.PRIORITY, ticket))
        found.append(self._opens(_("Note"), Name.NOTE, ticket))
        if row.state in (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING):
            found.append(self._opens(_("Park"), Name.PARK, ticket))
        if row.state not in (TicketState.CANCELLED, TicketState.FINISHED):
            text = _("Print the ticket")
            found.append(self._does(text, lambda d: d.print_again(ticket), "print", SecondaryButton))
            found.append(self._opens(_("Cancel"), Name.CANCEL, ticket, DangerButton))
        back = self._buttons.get("back", SecondaryButton, _("Go back"), lambda _pressed: self.back())
        return [*found, back]

    def _does(
        self, text: str, command: Callable[[Desk], Any], key: str, kind: type[PushButton] = PrimaryButton
    ) -> PushButton:
        return self._buttons.get(key, kind, text, lambda pressed: self.order(command, pressed))

    def _opens(self, text: str, name: Name, ticket: str, kind: type[PushButton] = SecondaryButton) -> PushButton:
        return self._buttons.get(name, kind, text, lambda _pressed: self.open(name, ticket))


load_kv(__file__)
