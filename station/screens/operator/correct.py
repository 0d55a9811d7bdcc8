"""Corrections: choose a field, type what the document says, name the document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from kivy.properties import BooleanProperty, DictProperty, OptionProperty, StringProperty

from station.enrolment.biographic import CORRECTABLE
from station.screens.operator import words
from station.screens.operator.file import field_text
from station.screens.operator.frame import OperatorScreen
from station.screens.operator.pages import Shown
from station.screens.operator.words import _
from station.screens.theme import load_kv
from station.screens.widgets.buttons import Choice, PrimaryButton
from station.screens.widgets.rows import Row

DATE: Final = "birth_date"
DIGITS_ONLY: Final = {"nik": 16, "no_kk": 16, DATE: 8}
"""Fields that are typed as digits, and how many."""
SEXES: Final = ("male", "female")


def date_typed(text: str) -> str:
    """A date as it is typed, day first (17082008), from YYYY-MM-DD."""
    year, _dash, rest = text.partition("-")
    return rest[3:] + rest[:2] + year if len(text) == 10 else ""


def date_meant(digits: str) -> str:
    """YYYY-MM-DD from a date typed day first; what is no date stays what it is, for the command to refuse."""
    return f"{digits[4:]}-{digits[2:4]}-{digits[:2]}" if len(digits) == 8 else digits


class FieldRow(Row):
    """A field to choose."""

    label = StringProperty("")
    value = StringProperty("")
    changed = BooleanProperty(False)

    @property
    def spoken(self) -> str:
        """Name and value as one text."""
        return f"{self.label}: {self.value}"


class CorrectScreen(OperatorScreen):
    """Nothing is recorded until the operator says so; then all changes at once."""

    chosen = StringProperty("name")
    changes = DictProperty({})
    document = StringProperty("")
    label = StringProperty("")
    typing = OptionProperty("letters", options=["letters", "digits", "sex"])
    """What the chosen field is filled in with."""

    def __init__(self, **given: Any) -> None:
        self._choosing = False
        super().__init__(**given)
        self.ids.fields.kind = FieldRow
        self.field = self.ids.value
        self.field.bind(text=self._changed)

    def enter(self, state: Shown) -> None:
        self.changes, self.document = {}, ""
        self.ids.documents.clear_widgets()
        file = state.view.file
        for shown in file.documents if file is not None else ():
            choice = Choice(size_hint=(1, None))
            choice.document = shown.document
            choice.bind(on_act=lambda choice: self.name_document(choice.document))
            self.ids.documents.add_widget(choice)
        self.choose("name")

    def update(self, state: Shown) -> None:
        file = state.view.file
        if file is None:
            return
        self.ids.fields.rows = [
            {
                "key": shown.field,
                "label": _(words.FIELDS[shown.field]),
                "value": field_text(shown.field, self.changes.get(shown.field, shown.value), whole=True),
                "changed": shown.field in self.changes,
                "chosen": shown.field == self.chosen,
            }
            for shown in file.fields
        ]
        for choice in self.ids.documents.children:
            choice.text = words.document(choice.document)
            choice.chosen = choice.document == self.document
        self.label = _(words.FIELDS[self.chosen])
        changed = len(self.changes)
        self.ids.act.reason = (
            _("nothing is changed") if not changed else "" if self.document else _("choose the document")
        )

    def choose(self, field: str) -> None:
        """Correct this field."""
        if field not in CORRECTABLE:
            return
        self.chosen = field
        value = self.changes.get(field, self._value(field))
        self._choosing = True
        self.ids.value.group = 4 if field in DIGITS_ONLY else 0
        self.ids.value.first_groups = [2, 2] if field == DATE else []
        self.ids.value.text = date_typed(value) if field == DATE else "" if field == "sex" else value
        self.ids.value.hint = _("day month year, eight digits") if field == DATE else ""
        self._choosing = False
        self.typing = "sex" if field == "sex" else "digits" if field in DIGITS_ONLY else "letters"
        self.longest = DIGITS_ONLY.get(field, 100)
        self._update()

    def typed(self, text: str) -> None:
        if self.chosen == "sex" or (self.chosen in DIGITS_ONLY and not (text.isascii() and text.isdigit())):
            return
        super().typed(text)

    def choose_sex(self, sex: str) -> None:
        """As the document says it."""
        if self.chosen == "sex":
            self._change("sex", sex)

    def _changed(self, _field: object, text: str) -> None:
        if not self._choosing and self.chosen != "sex":
            self._change(self.chosen, date_meant(text) if self.chosen == DATE else text)

    def _change(self, field: str, value: str) -> None:
        changes = dict(self.changes)
        changes.pop(field, None)
        if value != self._value(field):
            changes[field] = value
        self.changes = changes
        self._update()

    def name_document(self, document: str) -> None:
        """What the corrections were read from."""
        self.document = document
        self._update()

    def _value(self, field: str) -> str:
        file = self.view.file
        return next((f.value for f in file.fields if f.field == field), "") if file is not None else ""

    def _update(self) -> None:
        if self.shown is not None:
            self.update(self.shown)

    @property
    def unsaved(self) -> bool:
        return bool(self.changes)

    def act(self) -> None:
        """Record the corrections; what is odd about them is asked first."""
        if self.shown is not None:
            ticket, values = self.shown.page.ticket, dict(self.changes)
            self.order(lambda desk: desk.doubts(ticket, values), self.ids.act, self._act_on)

    def _act_on(self, doubts: Sequence[str]) -> None:
        if doubts:
            sure = PrimaryButton(text=_("The document says so"))
            self.confirm(_("Compare with the document again"), words.doubts(doubts), sure, self._record)
        else:
            self._record()

    def _record(self) -> None:
        if self.shown is not None:
            ticket, values, document = self.shown.page.ticket, dict(self.changes), self.document
            command = lambda desk: desk.correct(ticket, values, document)  # noqa: E731
            self.order(command, self.ids.act, lambda _none: self.leave_page())


load_kv(__file__)
