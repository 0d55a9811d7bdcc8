"""Lists that stay fast with a thousand rows: only what is visible has widgets.

A kind of row is a subclass of `Row` with its look in KV; `Rows.rows` is a list of dicts of its properties. The `key`
of the row that was tapped arrives in `on_pick`.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.recycleview import RecycleView
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from station.screens.theme import load_kv
from station.screens.widgets import icons as _icons  # noqa: F401  (its KV rules are used in rows.kv)
from station.screens.widgets.taps import Tappable


class Row(Tappable, RecycleDataViewBehavior, BoxLayout):
    """One row: it can be chosen and picked."""

    key = StringProperty("")
    chosen = BooleanProperty(False)
    list_of = ObjectProperty(None, allownone=True)

    def refresh_view_attrs(self, view: Any, index: int, data: dict[str, Any]) -> None:
        self.list_of = view.owner
        super().refresh_view_attrs(view, index, data)

    def on_act(self) -> None:
        if self.list_of is not None:
            self.list_of.dispatch("on_pick", self.key)


class TextRow(Row):
    """A row of one main text, one beside it and one at the end."""

    text = StringProperty("")
    note = StringProperty("")
    end = StringProperty("")

    def _get_spoken(self) -> str:
        return " · ".join(part for part in (self.text, self.note, self.end) if part)

    spoken = AliasProperty(_get_spoken, None, bind=("text", "note", "end"), cache=True)


class RowView(RecycleView):
    """The scrolling part of Rows."""

    owner = ObjectProperty(None, allownone=True, rebind=True)


class Rows(FloatLayout):
    """A list; says `empty` where there is nothing to list."""

    rows = ListProperty([])
    kind = ObjectProperty(TextRow)
    row_height = NumericProperty(0)
    """Pixels of the window; 0 for the least that a finger needs."""
    empty = StringProperty("")
    """What comes here, told while the list is empty."""

    def __init__(self, **given: Any) -> None:
        self.register_event_type("on_pick")
        super().__init__(**given)

    def on_pick(self, _key: str) -> None:
        """A row was tapped."""


load_kv(__file__)
