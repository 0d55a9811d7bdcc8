"""What a person can see and touch in the window now, as data.

Walks the widgets from the top of the window. A button, key or field is one thing, whatever it is made of. For the
bench's robots, the gallery's checks and, later, a screen reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from kivy.uix.label import Label
from kivy.uix.scrollview import ScrollView
from kivy.uix.textinput import TextInput

WHOLE: Final = frozenset({"button", "key", "input", "measure", "step"})
"""Roles whose parts are not things of their own."""
TOUCHED: Final = frozenset({"button", "key", "input"})
OVERHANG: Final = 1.5
"""Pixels by which a text's box may lie beyond the thing it is part of: rounding of a layout."""


class Seen(msgspec.Struct, frozen=True):
    """One visible thing. Pixels of the window, origin bottom left as Kivy counts."""

    role: str
    text: str
    x: float
    y: float
    width: float
    height: float
    enabled: bool = True
    chosen: bool = False
    note: str = ""
    clipped: bool = False
    cut: str = ""
    """`list` when a list scrolls a part of it away, `window` when the window's edge cuts it."""
    letters: float = 0
    """Pixels of its smallest text; 0 where it has none."""
    kind: str = ""
    """Class of the widget, for reports."""

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


Box = tuple[float, float, float, float]


def look(window: Any) -> list[Seen]:
    """Everything visible, topmost first; an alert hides what lies under it."""
    seen: list[Seen] = []
    for child in window.children:
        seen.extend(_within(child, (0.0, 0.0, float(window.width), float(window.height))))
    for at, thing in enumerate(seen):
        if thing.role == "alert":
            return seen[: at + 1]
    return seen


def box_of(widget: Any) -> Box:
    """Left, bottom, right, top of a widget in window pixels."""
    left, bottom = widget.to_window(*widget.pos)
    return left, bottom, left + widget.width, bottom + widget.height


def _within(widget: Any, clip: Box, by: str = "window") -> Iterator[Seen]:
    if widget.opacity < 0.05:
        return
    whole = box_of(widget)
    box = _cut(whole, clip)
    cut = by if any(abs(mine - shown) > 1.5 for mine, shown in zip(whole, box, strict=True)) else ""
    role = getattr(widget, "role", "label" if isinstance(widget, Label) else "")
    if isinstance(widget, ScrollView):
        clip, by = box, "list"
    if role not in WHOLE or role == "":
        for child in widget.children:
            yield from _within(child, clip, by)
    if not role or box[2] - box[0] < 1 or box[3] - box[1] < 1:
        return
    text = name_of(widget)
    if role == "label" and not text.strip():
        return
    yield Seen(
        role=role,
        text=text,
        x=box[0],
        y=box[1],
        width=box[2] - box[0],
        height=box[3] - box[1],
        enabled=bool(getattr(widget, "enabled", not widget.disabled)),
        chosen=bool(getattr(widget, "chosen", False)),
        note=str(getattr(widget, "note", "") or getattr(widget, "problem", "")),
        clipped=_clipped(widget),
        letters=min((float(label.font_size) for label in _texts(widget)), default=0.0),
        cut=cut,
        kind=type(widget).__name__,
    )


def _clipped(widget: Any) -> bool:
    """A text of the thing is shortened that is nowhere else to be read, or lies beyond the thing; in a button or row
    too, whatever it is made of."""
    left, bottom, right, top = box_of(widget)
    for label in _texts(widget):
        if getattr(label, "clipped", False) and not getattr(label, "may_shorten", False):
            return True
        x, y, x_end, y_end = box_of(label)
        if min(x - left, y - bottom, right - x_end, top - y_end) < -OVERHANG:
            return True
    return False


def _texts(widget: Any) -> Iterator[Label]:
    """The texts of a thing that can be seen, whatever it is made of."""
    if widget.opacity < 0.05 or widget.width < 1 or widget.height < 1:
        return
    if isinstance(widget, Label) and widget.text.strip():
        yield widget
    if getattr(widget, "role", "") in (*WHOLE, ""):
        for child in widget.children:
            yield from _texts(child)


def name_of(widget: Any) -> str:
    """What a widget says of itself: its spoken name, its text, its title, or its name."""
    if isinstance(widget, TextInput):
        return str(widget.text or widget.hint_text)
    for attribute in ("spoken", "text", "hint", "label", "title", "name"):
        said = getattr(widget, attribute, "")
        if isinstance(said, str) and said:
            return said
    return str(getattr(widget, "value", "")) if getattr(widget, "role", "") == "key" else ""


def _cut(box: Box, clip: Box) -> Box:
    return max(box[0], clip[0]), max(box[1], clip[1]), min(box[2], clip[2]), min(box[3], clip[3])
