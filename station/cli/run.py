"""`station run`: both screens and the devices, for somebody who sits in front of them."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from station.cli.display import require_display
from station.cli.options import DataDir, bench_data_dir, default_data_dir

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog="Example: station run --bench")
def run(
    data: DataDir,
    bench: Annotated[
        bool,
        typer.Option("--bench", help="With emulated devices and people who do not exist, in a folder of their own."),
    ] = False,
    offscreen: Annotated[bool, typer.Option("--offscreen", help="Draw into memory, to see that all starts.")] = False,
) -> None:
    """Open the student's and the operator's window and keep the devices running, until one window is closed.

    On an installed station systemd starts these processes; this is for trying it out.
    """
    if not offscreen:
        require_display("Play a day without one: station day --bench --students 5 --out out/day")
    from station.bench import tryout
    from station.clock import SystemClock

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    window = ("--offscreen",) if offscreen else ()
    if bench:
        well = tryout.open_bench(_bench(data), SystemClock(), stop, typer.echo, window)
    else:
        typer.echo(f"Data: {data}. On an installed station systemd starts the station; here it runs until Ctrl+C.")
        well = tryout.open_station(data, SystemClock(), stop, typer.echo, window)
    raise typer.Exit(0 if well else 1)


def _bench(data: Path) -> Path:
    """Never the folder in which a real station would keep its students."""
    return bench_data_dir() if data == default_data_dir() else data
