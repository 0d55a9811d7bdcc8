"""Rows that are made once and kept for later.

Making a row of two texts costs 2 ms on 2 cores without a GPU, three times as much while prints are judged; the lists of
a recording grow and shrink with each of its steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from kivy.uix.widget import Widget

W = TypeVar("W", bound=Widget)


def keep(box: Any, make: Callable[[], W], number: int) -> list[W]:
    """The `number` widgets that the box holds from now on, first to last; what it holds too many is kept aside. A box
    holds widgets of one kind only."""
    # On the box itself: `ids` hands out proxies, which cannot be weak keys, and the rows go when the box goes.
    if not hasattr(box, "kept_aside"):
        box.kept_aside = []
    spare: list[W] = box.kept_aside
    while len(box.children) > number:
        last = box.children[0]
        box.remove_widget(last)
        spare.append(last)
    while len(box.children) < number:
        box.add_widget(spare.pop() if spare else make())
    return list(reversed(box.children))
