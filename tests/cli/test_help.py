"""Every command explains itself by an example that the command line takes; the README names only what is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from station import cli

ROOT = Path(__file__).resolve().parent.parent.parent


def tree() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every group and command with its path."""
    for name, entry in cli.COMMANDS.items():
        yield from branch((name,), get_command(import_module(entry.module).app))


def branch(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from branch((*path, name), inner)


COMMANDS = dict(tree())


def spelt_wrong(line: str) -> str:
    """What the command line would not know in `station …`; empty when it knows all of it."""
    words = [word for word in shlex.split(re.split(r" [>(#|<]| && ", line)[0]) if word != "…"]
    assert words[0].endswith("station")
    while len(words) > 2 and words[1] == "--data":
        del words[1:3]
    path: tuple[str, ...] = ()
    for word in words[1:]:
        if (*path, word) not in COMMANDS:
            break
        path = (*path, word)
    if not path:
        return "" if words[1:] in (["--help"], ["--version"], []) else f"no command {words[1]}"
    rest = words[1 + len(path) :]
    known = {option for parameter in COMMANDS[path].params for option in parameter.opts} | {"--help"}
    if getattr(COMMANDS[path], "commands", None) and rest and not rest[0].startswith("-"):
        return f"no command {' '.join(path)} {rest[0]}"
    return ", ".join(word for word in rest if word.startswith("--") and word.partition("=")[0] not in known)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_an_example_that_it_takes(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = CliRunner().invoke(cli.app, [*path, "--help"])
    assert result.exit_code == 0, result.exception
    found = re.search(r"Example: (station [^\n]*)", result.output)
    assert found, "no example"
    example = found[1].strip()
    assert example.startswith(f"station {' '.join(path)}")
    assert example in COMMANDS[path].epilog, "the example is shown as it was written"
    assert spelt_wrong(example) == ""


def test_the_readme_names_only_commands_that_there_are() -> None:
    readme = (ROOT / "README.md").read_text()
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", readme, re.DOTALL))
    fenced = re.findall(r"^((?:\.venv/bin/)?station .*)$", blocks, re.MULTILINE)
    inline = re.findall(r"`((?:\.venv/bin/)?station [^`]*)`", readme)
    assert len(fenced) > 5
    assert len(inline) > 5
    lines = [choice for line in [*fenced, *inline] for choice in choices(line.replace("\\|", "|"))]
    assert [f"{line}: {wrong}" for line in lines if (wrong := spelt_wrong(line))] == []


def choices(line: str) -> list[str]:
    """`station packages list|show` is two commands."""
    found = re.search(r"\S+\|\S+", line)
    return [line.replace(found[0], one) for one in found[0].split("|")] if found else [line]


def test_a_wrong_spelling_is_found() -> None:
    assert spelt_wrong("station roster improt FILE") == "no command roster improt"
    assert spelt_wrong("station rooster") == "no command rooster"
    assert spelt_wrong("station roster due --until 2026") == "--until"
    assert spelt_wrong("station --data DIR status --json") == ""
    assert choices("station packages list|show --json") == [
        "station packages list --json",
        "station packages show --json",
    ]
