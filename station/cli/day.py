"""`station day`: a whole school day on the bench."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Final

import typer

from station.cli.options import JsonOut

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

EPILOG = "Example: station day --bench --students 5 --out out/day"

STUDENTS: Final = 5
SEED: Final = 1
INTERRUPTED: Final = 130
"""What a shell says of a command that Ctrl+C ended."""


@app.command(epilog=EPILOG)
def day(
    bench: Annotated[bool, typer.Option("--bench", help="On emulated devices; there is no other kind of robot day.")],
    students: Annotated[
        int | None,
        typer.Option(
            "--students",
            min=1,
            max=200,
            help="How many students come; from 3 on, every screen is pictured.",
            show_default=str(STUDENTS),
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Who comes, and what happens to them.", show_default=str(SEED))
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="Where the day is kept.")] = Path(
        "out/day"
    ),
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the day in DIR that was cut off.")] = False,
    languages: Annotated[
        list[str] | None,
        typer.Option("--language", metavar="id|en", help="Picture the screens in this one only; may be given twice."),
    ] = None,
    as_json: JsonOut = False,
) -> None:
    """Play a whole school day with robot people, in real processes, and leave it in DIR.

    Ends with 0 only if every student who finished has a package that the office opened.
    """
    if not bench:
        raise typer.BadParameter("robot people need emulated devices: add --bench", param_hint="--bench")

    import msgspec

    from station.bench.day.album import LANGUAGES
    from station.bench.day.folder import Setting, begin, today
    from station.bench.day.play import play
    from station.cli.daylight import Teller, summary
    from station.clock import SystemClock

    wanted = tuple(languages or LANGUAGES)
    if not set(wanted) <= set(LANGUAGES):
        raise typer.BadParameter(f"the screens speak {' and '.join(LANGUAGES)}", param_hint="--language")
    clock = SystemClock()
    wish = Setting(seed=SEED if seed is None else seed, students=students or STUDENTS, on=today(clock))
    if resume:
        _must_hold(out, students, seed)
    setting = begin(out, wish, resume=resume)
    try:
        with Teller(setting.students) as teller:
            report = play(out, setting, clock, teller.tell, languages=wanted)
    except KeyboardInterrupt:
        typer.echo(f"Stopped. Go on with: station day --bench --resume --out {shlex.quote(str(out))}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    typer.echo(msgspec.json.format(msgspec.json.encode(report)).decode() if as_json else summary(report, out))
    raise typer.Exit(0 if report.well else 1)


def _must_hold(out: Path, students: int | None, seed: int | None) -> None:
    """Refuse to go on with a day that is not there, or with another than was begun. Raises DayFailed."""
    from station.bench.day.folder import DayFailed, begun

    was = begun(out)
    for option, given, kept in (("--students", students, was.students), ("--seed", seed, was.seed)):
        if given not in (None, kept):
            raise DayFailed(
                f"The day in {out} was begun with {option} {kept}, not {given}.",
                hint=f"Leave {option} out to go on with it, or begin another in a new folder.",
            )
