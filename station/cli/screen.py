"""`station screen`: open one screen, or render the gallery of all."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station import config
from station.cli import logs
from station.cli.display import require_display
from station.cli.options import DataDir
from station.clock import SystemClock
from station.hardware.settings import DevicesSettings

if TYPE_CHECKING:
    from station.hardware.broker import Broker
    from station.hardware.devices import Kind
    from station.screens.app import StationApp

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Open one screen, or render the gallery of all.",
    epilog="Example: station screen student --bench",
)

Size = Annotated[str, typer.Option("--size", metavar="WxH", help="Size of the window in pixels.")]
Offscreen = Annotated[bool, typer.Option("--offscreen", help="Draw into memory: no display is needed.")]
Fullscreen = Annotated[bool, typer.Option("--fullscreen", help="Take the whole display.")]
OnBench = Annotated[bool, typer.Option("--bench", help="Use the emulated devices of DIR/bench, and no other.")]
BenchPuppet = Annotated[
    Path | None,
    typer.Option("--bench-puppet", metavar="SOCKET", dir_okay=False, help="Let a robot of the bench see and touch."),
]
DEFAULT_SIZE = "1280x800"
GALLERY_SIZES = ("1280x800", "1024x600", "1920x1080")
CORNERS = {"student": (32, 48), "operator": (128, 144)}
"""Where the windows stand on one desktop: neither hides the other whole."""


@app.command(epilog="Example: station screen student --bench --size 1280x800")
def student(
    data: DataDir,
    size: Size = DEFAULT_SIZE,
    offscreen: Offscreen = False,
    fullscreen: Fullscreen = False,
    bench: OnBench = False,
    bench_puppet: BenchPuppet = None,
) -> None:
    """Open the students' touchscreen. Owns camera, signature pad, biometric scanners and code reader."""
    _prepare("student", data, size, offscreen=offscreen, fullscreen=fullscreen)
    from station.biometrics.face import PortraitSettings
    from station.biometrics.gates import Gates
    from station.enrolment.judge import WorkerJudge
    from station.enrolment.worker import Worker
    from station.screens.student.app import StudentApp
    from station.screens.student.rooms import OWN_KINDS, Rooms

    settings = config.load(data)
    worker = Worker(_load_measures)
    judge = WorkerJudge(worker, settings.section("quality", Gates), settings.section("portrait", PortraitSettings))
    broker = _broker(data, settings, OWN_KINDS, bench=bench)
    rooms = Rooms(data, settings, broker, judge, worker, SystemClock())
    worker.start()
    try:
        _run(StudentApp(rooms, language=settings.station.language), bench_puppet)
    finally:
        worker.close()


def _load_measures() -> None:
    """In the worker, while nobody waits for it: loading them takes a second."""
    from station.enrolment import judge

    del judge


@app.command(epilog="Example: station screen operator --bench --size 1280x800")
def operator(
    data: DataDir,
    size: Size = DEFAULT_SIZE,
    offscreen: Offscreen = False,
    fullscreen: Fullscreen = False,
    bench: OnBench = False,
    bench_puppet: BenchPuppet = None,
) -> None:
    """Open the operator's console. Owns the document camera."""
    _prepare("operator", data, size, offscreen=offscreen, fullscreen=fullscreen)
    from station.hardware.devices import Kind
    from station.hardware.readiness import Readiness
    from station.hardware.watch import Reporter, Watch
    from station.journal import Journal
    from station.screens.operator.app import OperatorApp

    settings = config.load(data)
    broker = _broker(data, settings, (Kind.DOCUMENT,), bench=bench)
    journal = Journal.open(data)
    reporter = Reporter(broker, Watch(journal, "operator"))
    readiness = Readiness(broker, reporter.tell)
    reporter.start()
    broker.start()
    readiness.start()
    try:
        _run(OperatorApp(data, settings, broker, bench=bench), bench_puppet)
    finally:
        broker.close()
        readiness.close()
        reporter.close()
        journal.close()


@app.command(epilog="Example: station screen gallery --out out/screens --size 1280x800")
def gallery(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="Where the pictures go.")] = Path(
        "out/screens"
    ),
    sizes: Annotated[
        list[str] | None, typer.Option("--size", metavar="WxH", help="Size of the window; may be given several times.")
    ] = None,
) -> None:
    """Render every screen in every state and language, and say what does not fit (then it ends with 1)."""
    wanted = sizes or list(GALLERY_SIZES)
    if len(wanted) > 1:
        # A window has one size for its life.
        each = [[sys.executable, "-m", "station", "screen", "gallery", "--out", str(out), "--size", s] for s in wanted]
        raise typer.Exit(max(subprocess.run(command, check=False).returncode for command in each))
    with tempfile.TemporaryDirectory(prefix="station-gallery-") as home:
        _prepare("gallery", Path(home), wanted[0], offscreen=True, fullscreen=False)
        from station.screens.gallery import render
        from station.screens.operator import exhibits as console
        from station.screens.operator.pages import TABLE as CONSOLE_TABLE
        from station.screens.student import exhibits as touchscreen
        from station.screens.student.router import TABLE as TOUCHSCREEN_TABLE

        shown = [
            *render(TOUCHSCREEN_TABLE, touchscreen.exhibits(), out / "student"),
            *render(CONSOLE_TABLE, console.exhibits(), out / "operator"),
        ]
    misfits = [f"{one.name} ({one.language}): {m.rule}: {m.what}" for one in shown for m in one.misfits]
    typer.echo(f"{len(shown)} pictures at {wanted[0]} in {out}; {len(misfits)} things that do not fit.")
    for misfit in misfits:
        typer.echo(f"  {misfit}")
    raise typer.Exit(1 if misfits else 0)


def _prepare(name: str, data: Path, size: str, *, offscreen: bool, fullscreen: bool) -> None:
    """Before anything of Kivy is imported."""
    from station.screens import environment

    try:
        width, height = environment.parse_size(size)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--size") from error
    if not offscreen:
        require_display("Start it within a desktop's session, or draw into memory by --offscreen.")
    logs.to_stderr()
    home = data / "kivy" / name
    corner = None if fullscreen or offscreen else CORNERS[name]
    environment.prepare(
        environment.Display(
            home=home, width=width, height=height, corner=corner, fullscreen=fullscreen, offscreen=offscreen
        )
    )


def _broker(data: Path, settings: config.Config, kinds: tuple[Kind, ...], *, bench: bool) -> Broker:
    from station.hardware.desk import bench_broker, station_broker

    devices = settings.section("devices", DevicesSettings)
    clock = SystemClock()
    if bench:
        return bench_broker(data / "bench", devices, clock, kinds)
    return station_broker(data, devices, clock, kinds)


def _run(screen: StationApp, puppet: Path | None) -> None:
    """Run until the window is closed or the process is told to stop. Ends with the app's own exit code."""
    if puppet is not None:
        from station.bench.puppet import attach

        attach(screen, puppet)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: screen.work.post(screen.stop))
    screen.run()
    raise typer.Exit(screen.exit_code)
