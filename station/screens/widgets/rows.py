"""Lists that stay fast with a thousand rows: only what is visible has widgets.

A kind of row is a subclass of `Line`, or of `Row` where the whole row is one button, with its look in KV; `Rows.rows`
is a list of dicts of its properties. The `key` of the row that was tapped arrives in `on_pick`.

A row keeps its widget as long as its key is in sight, whatever comes before or after it: a finger that is down while
somebody joins the queue acts on the row that it went down on. (A RecycleView deals its widgets out anew at every
change, and a tap in a ScrollView ends 0.2 s after the finger is up.)
"""

from __future__ import annotations

from collections.abc import Sequence
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
from kivy.uix.recycleview.views import RecycleDataAdapter, RecycleDataViewBehavior
from kivy.uix.widget import Widget

from station.screens.theme import load_kv
from station.screens.widgets import icons as _icons  # noqa: F401  (its KV rules are used in rows.kv)
from station.screens.widgets.taps import Tappable


class Line(RecycleDataViewBehavior, BoxLayout):
    """One line of a list."""

    key = StringProperty("")
    """Whose line it is: no two lines of a list have the same."""
    list_of = ObjectProperty(None, allownone=True)

    def refresh_view_attrs(self, view: Any, index: int, data: dict[str, Any]) -> None:
        self.list_of = view.owner
        super().refresh_view_attrs(view, index, data)


class Row(Tappable, Line):
    """A line that can be chosen and picked."""

    chosen = BooleanProperty(False)

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


class KeyedViews(RecycleDataAdapter):
    """Which widget shows which row: the one that showed its key before, else one that is at rest, else a new one."""

    views: dict[int, Any]

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._spare: list[Any] = []
        self._wanted: set[str] = set()

    def invalidate(self) -> None:
        """The data changed: what every widget shows is old, but whose it is may hold."""
        self._spare += self.views.values()
        self._spare += [view for views in self.dirty_views.values() for view in views.values()]
        self.views = {}
        self.dirty_views.clear()

    def set_visible_views(self, indices: Sequence[int], data: Any, viewclasses: Any) -> Any:
        self._wanted = {data[index]["key"] for index in indices}
        return super().set_visible_views(indices, data, viewclasses)

    def get_view(self, index: int, data_item: dict[str, Any], viewclass: type[Widget]) -> Any:
        out_of_sight = self.dirty_views[viewclass]
        if index in out_of_sight:
            return out_of_sight.pop(index)
        view = self._spare_for(data_item["key"], viewclass)
        if view is not None:
            self._spare.remove(view)
        else:
            resting = next((other for other, view in out_of_sight.items() if _at_rest(view)), None)
            if resting is None:
                return self.create_view(index, data_item, viewclass)
            view = out_of_sight.pop(resting)
        self.refresh_view_attrs(index, data_item, view)
        return view

    def _spare_for(self, key: str, viewclass: type[Widget]) -> Any:
        views = [view for view in self._spare if type(view) is viewclass]
        same = next((view for view in views if view.key == key), None)
        return same or next((view for view in views if view.key not in self._wanted and _at_rest(view)), None)


def _at_rest(view: Widget) -> bool:
    """Nothing in it is pressed or under way, so that it may become another row."""
    return all(part.resting for part in view.walk(restrict=True) if isinstance(part, Tappable))


class RowView(RecycleView):
    """The scrolling part of Rows."""

    owner = ObjectProperty(None, allownone=True, rebind=True)

    def __init__(self, **given: Any) -> None:
        super().__init__(view_adapter=KeyedViews(), **given)


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
