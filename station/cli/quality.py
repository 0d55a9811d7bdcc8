"""`station quality`: what the configured gate says of any picture file."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from station.cli.options import DataDir, JsonOut
from station.cli.output import print_json

if TYPE_CHECKING:
    from station.biometrics.filed import Judged

app = typer.Typer(add_completion=False)

EPILOG = "Example: station quality finger scan.png --ppi 500 --json"


class Kind(StrEnum):
    """What the files are pictures of."""

    FACE = "face"
    FINGER = "finger"
    SLAP = "slap"
    IRIS = "iris"
    SIGNATURE = "signature"


class Slap(StrEnum):
    """Which fingers a slap holds."""

    RIGHT_FOUR = "right-four"
    LEFT_FOUR = "left-four"
    THUMBS = "thumbs"


@app.command(no_args_is_help=True, epilog=EPILOG)
def quality(
    kind: Annotated[Kind, typer.Argument(help="What the files are pictures of.", show_default=False)],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="PNG, JPEG, JPEG 2000, BMP, TIFF, PGM, PPM, WSQ or WebP, told by content; a signature also as JSON.",
            show_default=False,
        ),
    ],
    data: DataDir,
    ppi: Annotated[
        int | None, typer.Option("--ppi", min=1, max=100_000, help="Pixels per inch, over what the file says.")
    ] = None,
    position: Annotated[
        Slap | None, typer.Option("--position", help="Which fingers a slap holds; the likeliest if absent.")
    ] = None,
    missing: Annotated[
        list[str] | None,
        typer.Option("--missing", metavar="FINGER", help="A finger that is not there, as right-ring; may be repeated."),
    ] = None,
    birth_year: Annotated[
        int | None,
        typer.Option(
            "--birth-year", min=1900, max=2100, help="Whose backdrop a portrait is to have: red if odd, blue if even."
        ),
    ] = None,
    as_json: JsonOut = False,
) -> None:
    """Judge pictures with every measure, native and scaled, by the limits of [quality] in config.toml.

    Ends with 0 when all pass, with 1 when one does not pass or cannot be read.
    """
    from station import config
    from station.biometrics.face import backdrop_of
    from station.biometrics.filed import Subject, Wanted, judge_file
    from station.biometrics.gates import Gates
    from station.biometrics.samples import FINGERS, Position

    unknown = [name for name in missing or () if name not in {str(finger) for finger in FINGERS}]
    if unknown:
        known = ", ".join(str(finger) for finger in FINGERS)
        raise typer.BadParameter(f"{unknown[0]} is no finger; they are {known}", param_hint="--missing")
    gates = config.load(data).section("quality", Gates)
    wanted = Wanted(
        ppi=ppi or 0,
        position=Position(position) if position else None,
        missing=tuple(Position(name) for name in missing or ()),
        backdrop=backdrop_of(birth_year) if birth_year else None,
    )
    results = [found for file in files for found in judge_file(file, Subject(kind), wanted, gates)]
    if as_json:
        print_json(results, indent=2)
    else:
        _print_tables(results)
    raise typer.Exit(0 if all(result.good for result in results) else 1)


def _print_tables(results: list[Judged]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    words = _words()
    console = Console(highlight=False, soft_wrap=True)
    for result in results:
        name = f"{result.file} {result.position}".strip()
        if result.verdict is None:
            console.print(Text(f"{name}: {result.error}", style="red"))
            continue
        good = result.verdict.good
        word = Text("passes" if good else "does not pass", style="green" if good else "red")
        console.print(Text.assemble(f"{name}: ", word, f", score {result.verdict.score}"))
        if result.verdict.advice:
            console.print(Text(f"  {words.get(result.verdict.advice, 'Please try again')} ({result.verdict.advice})"))
        table = Table("measure", "native", "scaled", "limits", "", box=None)
        for one in result.measures:
            limits = f"{_figure(one.low)} .. {_figure(one.high)}" if (one.low, one.high) != (None, None) else ""
            mark = Text("") if one.passed else Text("fails", style="red")
            table.add_row(one.name, _figure(one.native), _figure(one.scaled), limits, mark)
        console.print(table)
    if any(result.kind == "slap" and result.verdict is not None and not result.position for result in results):
        console.print(
            "Which fingers these are cannot be told from a part of a slap. Say it with --position (right-four, "
            "left-four or thumbs), and what is missing with --missing."
        )


def _words() -> Mapping[str, str]:
    """The advice in English. The screens keep it, and Kivy is not to write into anybody's home for that."""
    if "kivy" not in sys.modules:
        from station.screens import environment

        with TemporaryDirectory() as home:
            environment.prepare(environment.Display(home=Path(home), offscreen=True))
            from station.screens.advice import ADVICE
    else:
        from station.screens.advice import ADVICE

    return ADVICE


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
