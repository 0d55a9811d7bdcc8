"""A group of commands whose modules are imported when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


class LazyCommand(NamedTuple):
    """Where a command is, and the line that stands for it in the list."""

    module: str
    help: str


def lazy_group(table: Mapping[str, LazyCommand]) -> type[TyperGroup]:
    """A group class, for `typer.Typer(cls=...)`, that offers the commands of `table`.

    Each module in it holds a `typer.Typer` named `app`. Until a command is called, a name and a line of
    help stand in for it.
    """

    class LazyGroup(TyperGroup):
        def __init__(self, **attributes: Any) -> None:
            super().__init__(**attributes)
            for name, entry in table.items():
                self.add_command(TyperCommand(name, help=entry.help))

        def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
            name, _, rest = super().resolve_command(ctx, args)
            if name is None:
                return None, None, rest
            app: typer.Typer = import_module(table[name].module).app
            command = get_command(app)
            command.name = name
            return name, command, rest

    return LazyGroup
