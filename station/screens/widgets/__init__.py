"""The parts that screens are put together from: one widget or one small family a module, its .kv beside it."""

from station.screens.widgets import plates as _plates  # noqa: F401  (instructions that nearly every .kv file uses)
