"""Packages: how many are sealed, delivered and received, and what holds the others up."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, StringProperty

from station.queue.states import number_text
from station.screens.operator import words
from station.screens.operator.frame import OperatorScreen
from station.screens.operator.pages import Shown
from station.screens.operator.view import PackageRow
from station.screens.operator.words import _
from station.screens.theme import load_kv, theme
from station.screens.widgets.badge import TONES, Tone
from station.screens.widgets.rows import Line


class PackageLine(Line):
    """One package."""

    number = StringProperty("")
    name = StringProperty("")
    state = StringProperty("")
    icon = StringProperty("dot")
    colour = ColorProperty(theme.ink_soft)
    detail = StringProperty("")
    size_text = StringProperty("")


class PackagesScreen(OperatorScreen):
    """Counts on top, packages below; those that need somebody first."""

    def update(self, state: Shown) -> None:
        packages = state.view.packages
        ids = self.ids
        ids.sealed.number, ids.sealed.text = str(packages.sealed), _("sealed")
        ids.delivered.number, ids.delivered.text = str(packages.delivered), _("delivered")
        ids.received.number, ids.received.text = str(packages.received), _("received")
        ids.failing.number, ids.failing.text = str(packages.failing), _("cannot be delivered")
        ids.refused.number, ids.refused.text = str(packages.refused), _("refused by the office")
        ids.failing.tone = Tone.BAD if packages.failing else Tone.PLAIN
        ids.refused.tone = Tone.BAD if packages.refused else Tone.PLAIN
        ids.list.kind = PackageLine
        ids.list.rows = [_line(row) for row in sorted(packages.rows, key=lambda row: not row.problem)]


def _line(row: PackageRow) -> dict[str, Any]:
    word, tone = words.PACKAGE_STATES[row.state]
    problem = words.package_problem(row.problem, row.said) if row.problem else ""
    earlier = _("from an earlier visit") if row.earlier else ""
    tone = Tone.BAD if row.problem else tone
    return {
        "key": row.id,
        "number": number_text(row.number),
        "name": row.name,
        "state": f"{_(word)} · {words.ago(row.minutes)}",
        "icon": "warning" if row.problem else "check" if row.state == "received" else "box",
        "colour": TONES[tone][0],
        "detail": " · ".join(part for part in (problem, earlier) if part),
        "size_text": f"{words.decimal(row.size / 1e6)} MB",
    }


load_kv(__file__)
