"""A group of commands whose modules are imported when they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from station.cli.paths import judge_paths

_TEXT: Final = "str"
"""What Typer calls a parameter that is declared as text; those of files have other names."""


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
            judge_paths(self.params)
            for name, entry in table.items():
                self.add_command(TyperCommand(name, help=entry.help))

        def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
            name, _, rest = super().resolve_command(ctx, args)
            if name is None:
                return None, None, rest
            app: typer.Typer = import_module(table[name].module).app
            command = get_command(app)
            command.name = name
            _prepare(command)
            return name, command, rest

    return LazyGroup


def _prepare(command: Any) -> None:
    """Put the checks of arguments that all commands share before a command and those in it."""
    for inner in getattr(command, "commands", {}).values():
        _prepare(inner)
    judge_paths(command.params)
    _require_text(command)


def _require_text(command: Any) -> None:
    """Let no argument reach the command that is meant as text and is none, such as a name with the byte 0xff.

    Files may be called so, and their commands take them; a text would be kept, searched for and printed.
    """
    for parameter in command.params:
        if parameter.type.name == _TEXT:
            parameter.callback = _refusing(parameter.callback)


def _refusing(callback: Callable[[Any, Any, Any], Any] | None) -> Callable[[Any, Any, Any], Any]:
    def refuse(context: Any, parameter: Any, value: Any) -> Any:
        for text in (value,) if isinstance(value, str) else value or ():
            if not _is_text(text):
                hint = parameter.get_error_hint(context)
                raise typer.BadParameter(f"{text!a} is no text (UTF-8).", param_hint=hint)
        return callback(context, parameter, value) if callback else value

    return refuse


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
