"""`station devices`: drive what is plugged in, and say what it is."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from station import config
from station.cli import logs
from station.cli.options import DataDir
from station.clock import SystemClock
from station.errors import StationError
from station.hardware.settings import DevicesSettings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Drive what is plugged in, and say what it is.",
    epilog="Example: station devices suggest",
)


@app.command(epilog="Example: station devices run --data /data")
def run(
    data: DataDir,
    bench: Annotated[
        bool, typer.Option("--bench", help="Use the emulated devices of DIR/bench, and no other.")
    ] = False,
) -> None:
    """Print tickets, drive the lights, seal and deliver packages; until it is told to stop (SIGTERM, Ctrl-C)."""
    from station.daemon import main
    from station.daemon.supervise import WorkerFailed
    from station.hardware.desk import bench_broker, station_broker

    logs.to_stderr()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = config.load(data)
    devices = settings.section("devices", DevicesSettings)
    clock = SystemClock()
    broker = (
        bench_broker(data / "bench", devices, clock, main.OWN_KINDS)
        if bench
        else station_broker(data, devices, clock, main.OWN_KINDS)
    )
    broker.start()
    try:
        main.run(data, settings, broker, clock, stop)
    except WorkerFailed as error:
        raise StationError(f"The process ends: {error}.", "See the log above; it is started again.") from error
    finally:
        broker.close()


@app.command(epilog="Example: station devices suggest >> /etc/station/config.toml")
def suggest() -> None:
    """Print the config.toml lines that would match what is plugged in."""
    from station.hardware.udev import suggestions

    found = list(suggestions())
    for lines in found:
        typer.echo(lines)
    if not found:
        typer.echo("# Nothing is plugged in that a driver fits.")
