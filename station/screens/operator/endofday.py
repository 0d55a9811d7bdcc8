"""End of day: every ticket accounted for, with the people behind each figure; then the visit is closed."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from station.queue.states import number_text
from station.screens.operator import words
from station.screens.operator.frame import Figure, OperatorScreen, text_row
from station.screens.operator.pages import Name, Shown
from station.screens.operator.view import ENDED, OPEN, DayView, Ending
from station.screens.operator.words import _, _n
from station.screens.theme import load_kv
from station.screens.widgets import rows as _rows  # noqa: F401  (its KV rules are used in endofday.kv)
from station.screens.widgets.badge import Tone
from station.screens.widgets.buttons import DangerButton
from station.screens.widgets.kept import keep


class EndOfDayScreen(OperatorScreen):
    """Figures, people, and the button that closes the visit."""

    ending = StringProperty(Ending.SEALED)
    """The figure whose people are listed."""
    sum_text = StringProperty("")
    verdict = StringProperty("")
    tone = StringProperty(Tone.GOOD)

    def __init__(self, **given: Any) -> None:
        self._chose = False
        super().__init__(**given)

    def enter(self, state: Shown) -> None:
        self._chose = False

    def update(self, state: Shown) -> None:
        day = state.view.day
        if not self._chose:
            self.ending = next((ending for ending in (*OPEN, *ENDED) if day.count(ending)), Ending.SEALED)
        self._show_sum(day)
        self._show_figures(day)
        # What stands in a state still does so for a time; what has ended, ended some time ago.
        ended = self.ending in (*ENDED, Ending.SEALING)
        people = day.groups.get(Ending(self.ending), ())
        self.ids.people.rows = [
            text_row(
                row.ticket,
                f"{number_text(row.number)} · {row.name}",
                " · ".join(part for part in (row.class_name, words.reason(row.reason)) if part),
                words.ago(row.minutes) if ended else words.minutes(row.minutes),
            )
            for row in people
        ]
        self.ids.people.empty = _("Nobody: {what}.").format(what=_(words.ENDINGS[Ending(self.ending)][0]))
        self.ids.close.reason = _("somebody is called or being recorded") if day.busy else ""

    def _show_sum(self, day: DayView) -> None:
        parts = [f"{day.count(ending)} {_(words.ENDINGS[ending][0]).lower()}" for ending in ENDED]
        parts += [f"{day.count(e)} {_(words.ENDINGS[e][0]).lower()}" for e in OPEN if day.count(e)]
        tickets = _n("{n} ticket", "{n} tickets", day.tickets).format(n=day.tickets)
        self.sum_text = f"{tickets} = " + " + ".join(parts)
        if day.adds_up:
            self.verdict, self.tone = _("The day adds up."), Tone.GOOD
        else:
            left = day.count(*OPEN)
            self.tone = Tone.WARN
            self.verdict = _n("{n} ticket is still open.", "{n} tickets are still open.", left).format(n=left)

    def _figure(self) -> Figure:
        figure = Figure()
        figure.bind(on_act=lambda figure: self.choose(figure.ending))
        return figure

    def _show_figures(self, day: DayView) -> None:
        shown = [*ENDED, *(ending for ending in OPEN if day.count(ending))]
        for figure, ending in zip(keep(self.ids.figures, self._figure, len(shown)), shown, strict=True):
            figure.ending = ending
            word, tone, icon = words.ENDINGS[ending]
            figure.number, figure.text = str(day.count(ending)), _(word)
            figure.tone, figure.icon, figure.chosen = tone, icon, ending == self.ending

    def choose(self, ending: Ending) -> None:
        """Who is behind this figure?"""
        self._chose = True
        self.ending = ending
        self._again()

    def pick(self, ticket: str) -> None:
        """Open the file."""
        self.open(Name.FILE, ticket)

    def close(self) -> None:
        """Close the visit, after asking."""
        day = self.view.day
        left = day.count(*OPEN)
        text = _("Numbers start at 1 again with the next visit. What was cancelled is destroyed.")
        if left:
            still = _n("{n} ticket is still open", "{n} tickets are still open", left).format(n=left)
            text = _("{still}: they are not recorded today.").format(still=still) + " " + text
        self.confirm(_("Close this visit?"), text, DangerButton(text=_("Close the visit")), self._close)

    def _close(self) -> None:
        self.order(lambda desk: desk.close_visit(), self.ids.close)


load_kv(__file__)
