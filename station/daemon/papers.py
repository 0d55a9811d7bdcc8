"""What stands on paper: the ticket with its number, and the slip at the end, as ESC/POS for 80 mm.

Paper gets lost, so nothing on it says who somebody is: the QR code is the ticket's opaque id. Times
are the station's, in words of the student's language. What the touchscreen says too is said in the
same words; only its dash between two figures is a hyphen here, which every code page has.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_date, format_datetime

from station import wording
from station.hardware.printers.library import Dummy
from station.queue.estimate import Estimate
from station.queue.states import number_text

HERE: Final = Path(__file__).parent

COLUMNS: Final = 48
"""Characters of font A (12 dots) on the 576 dots of an 80 mm print head."""

NUMBER_SCALE: Final = 8
"""The largest that ESC/POS knows: 24 mm high, read from a few steps away."""

QR_MODULE: Final = 6
"""Dots a module: 0.75 mm at 203 dpi, which phone cameras and hand scanners read easily."""

COPY: Final = "*** SALINAN / COPY ***"
"""In both languages, because it is for the operator too."""


def mark(text: str) -> str:
    """Mark a text for translation where it is declared; it is translated where it is printed."""
    return text


_BRING: Final = {
    "birth-certificate": mark("Birth certificate"),
    "family-card": mark("Family card (KK)"),
    "parental-consent": mark("Consent of the parents"),
}


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What the paper ticket says."""

    id: str
    number: int
    language: str
    school: str
    at: datetime
    """When the figures were true; aware."""
    told: Estimate | None
    """How many are ahead and how long it may take; None where the line does not matter any more."""
    copy: bool = False
    """Another paper with this number may be about."""


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """What the closing slip says."""

    number: int
    language: str
    school: str
    at: datetime
    card_on: date | None
    """The 17th birthday; None where it is not known."""
    copy: bool = False


class Papers:
    """Composes papers for one station."""

    def __init__(self, office: str, zone: ZoneInfo, documents: Sequence[str]) -> None:
        self._office = office
        self._zone = zone
        self._documents = tuple(documents)
        self._words = {language: wording.catalogue(HERE, language) for language in wording.LANGUAGES}

    def ticket(self, ticket: Ticket) -> bytes:
        """The bytes of a ticket, cut included."""
        _ = self._words[ticket.language].gettext
        paper = self._head(ticket.school, ticket.copy)
        paper.line(_("Your queue number"))
        paper.number(ticket.number)
        if ticket.told is not None:
            self._wait(paper, ticket.told, ticket.language)
        paper.rule()
        paper.left(_("Have ready:"))
        for document in self._documents:
            if document in _BRING:
                paper.left(f"- {_(_BRING[document])}")
        glasses = _("No glasses and no contact lenses for the photo")
        paper.left(f"- {glasses}")
        paper.rule()
        paper.line(_("See your place: scan this code at the screen"))
        paper.qr(ticket.id)
        self._foot(paper, ticket.at, ticket.language)
        return paper.cut()

    def slip(self, slip: Slip) -> bytes:
        """The bytes of a closing slip, cut included."""
        _ = self._words[slip.language].gettext
        paper = self._head(slip.school, slip.copy)
        paper.bold(_("Your recording is complete"))
        paper.line(_("Queue number {number}").format(number=number_text(slip.number)))
        paper.rule()
        if slip.card_on is not None:
            if slip.card_on <= slip.at.astimezone(self._zone).date():
                paper.left(_("Your card can be printed now."))
            else:
                day = format_date(slip.card_on, "d MMMM y", locale=slip.language)
                paper.left(_("Your card is printed when you are 17: from {day}.").format(day=day))
        paper.left(_("It is handed over at your school, or you pick it up at the office."))
        paper.left(_("You need not be recorded again."))
        paper.rule()
        paper.line(_("Thank you"))
        self._foot(paper, slip.at, slip.language)
        return paper.cut()

    def _wait(self, paper: _Paper, told: Estimate, language: str) -> None:
        _, _n = self._words[language].gettext, self._words[language].ngettext
        if not told.ahead:
            paper.bold(_("You are next"))
            return
        low, high = told.rounded
        ahead = _n("{n} student before you", "{n} students before you", told.ahead)
        paper.bold(ahead.format(n=told.ahead))
        span = _("about {low} to {high} minutes") if low else _("up to {high} minutes")
        paper.bold(span.format(low=low, high=high))
        paper.line(_("It may change: watch the screen"))

    def _head(self, school: str, copy: bool) -> _Paper:
        paper = _Paper()
        paper.line(self._office)
        if school:
            paper.line(school)
        if copy:
            paper.bold(COPY)
        paper.rule()
        return paper

    def _foot(self, paper: _Paper, at: datetime, language: str) -> None:
        local = at.astimezone(self._zone)
        paper.line(f"{format_datetime(local, 'EEEE, d MMMM y HH:mm', locale=language)} {local.tzname()}")


class _Paper:
    """Lines of one paper. python-escpos keeps the code pages, so that any Latin letter comes out."""

    def __init__(self) -> None:
        self._printer = Dummy()
        self._printer.hw("INIT")

    def line(self, text: str) -> None:
        self._put(text, align="center")

    def bold(self, text: str) -> None:
        self._put(text, align="center", bold=True)

    def left(self, text: str) -> None:
        self._put(text, align="left")

    def rule(self) -> None:
        self._put("-" * COLUMNS, align="left")

    def number(self, number: int) -> None:
        self._printer.set(align="center", bold=True, custom_size=True, width=NUMBER_SCALE, height=NUMBER_SCALE)
        self._printer.textln(number_text(number))
        self._printer.set(normal_textsize=True)

    def qr(self, content: str) -> None:
        self._printer.set(align="center")
        self._printer.qr(content, native=True, size=QR_MODULE)

    def cut(self) -> bytes:
        self._printer.cut(mode="PART")
        return bytes(self._printer.output)

    def _put(self, text: str, *, align: str, bold: bool = False) -> None:
        self._printer.set(align=align, bold=bold)
        indent = "  " if text.startswith("- ") else ""
        for line in textwrap.wrap(text, COLUMNS, subsequent_indent=indent):
            self._printer.textln(line)
