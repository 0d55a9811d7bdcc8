"""`station day`: a whole school day on the bench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from station.cli.options import JsonOut

app = typer.Typer(pretty_exceptions_enable=False)

EPILOG = "Example: station day --bench --students 5 --out out/day"


@app.command(epilog=EPILOG)
def day(
    bench: Annotated[bool, typer.Option("--bench", help="On emulated devices; there is no other kind of robot day.")],
    students: Annotated[int, typer.Option("--students", min=1, max=200, help="How many students come.")] = 5,
    seed: Annotated[int, typer.Option("--seed", help="Who comes, and what happens to them.")] = 1,
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
    setting = begin(out, Setting(seed=seed, students=students, on=today(clock)), resume=resume)
    with Teller(setting.students) as teller:
        report = play(out, setting, clock, teller.tell, languages=wanted)
    typer.echo(msgspec.json.format(msgspec.json.encode(report)).decode() if as_json else summary(report, out))
    raise typer.Exit(0 if report.well else 1)
