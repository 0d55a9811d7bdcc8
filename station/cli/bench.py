"""`station bench`: emulated devices with people in front of them, their faults, and the bench's office."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.cli import logs
from station.cli.options import DataDir

if TYPE_CHECKING:
    from station.bench.people.documents import Bearer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Emulated devices with people who do not exist in front of them. Never on a real station: what the bench"
    " makes is marked, and the office refuses it.",
    epilog="Example: station bench faults --data out/try",
)

Person = Annotated[str, typer.Argument(metavar="PERSON", help="Any word; the same word is always the same person.")]


@app.command(epilog="Example: station bench devices --data out/try")
def devices(data: DataDir) -> None:
    """Plug all emulated devices in, and keep them running until told to end (SIGTERM or Ctrl+C)."""
    import cv2

    from station.bench.devices import rig
    from station.bench.people.crowd import Crowd
    from station.files import make_folder

    logs.to_stderr()
    cv2.setNumThreads(1)  # the other core belongs to the station
    folder = make_folder(_bench(data))
    crowd = Crowd(folder / "people", _papers(folder))
    rig.serve(folder, crowd, tickets=make_folder(data / "tickets"))
    crowd.close()


@app.command(
    epilog="Example: station bench fault printer paper-end --data out/try (and paper-ok when there is paper again)"
)
def fault(
    device: Annotated[str, typer.Argument(metavar="DEVICE", help="printer, camera, fingerprint, iris, signature, ...")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What goes wrong, or is well again.")],
    data: DataDir,
) -> None:
    """Begin or end a fault of a device that runs in this data folder; `station bench faults` lists the names."""
    from station.bench.devices.control import SetFault, send

    send(_bench(data), SetFault(device, name))


@app.command(epilog="Example: station bench faults --data out/try")
def faults(data: DataDir) -> None:
    """Say what is wrong with each device now, and which faults there are."""
    from station.bench.devices.control import Ask, send
    from station.bench.devices.faults import CLEARED_BY, Fault

    for device, names in send(_bench(data), Ask()).devices.items():
        typer.echo(f"{device:<12} {', '.join(names) or 'well'}")
    typer.echo(f"A fault begins by: {', '.join(Fault)}")
    typer.echo(f"and ends by:       {', '.join(CLEARED_BY)}")


@app.command(epilog="Example: station bench enter budi --behaviour poor:right_four,missing:left-ring --data out/try")
def enter(
    person: Person,
    data: DataDir,
    behaviour: Annotated[
        str,
        typer.Option(
            metavar="LIST",
            help="How the person behaves: dry-once, sleepy, restless, far, dot, same-hand, stranger-indexes, absent;"
            " poor:STEP and missing:POSITION as often as wanted, with commas.",
        ),
    ] = "",
) -> None:
    """Let a person step in front of the devices."""
    from station.bench.devices.control import Enter, send

    send(_bench(data), Enter(person, behaviour))


@app.command(epilog="Example: station bench leave --data out/try")
def leave(data: DataDir) -> None:
    """Let the person in front of the devices go away."""
    from station.bench.devices.control import Leave, send

    send(_bench(data), Leave())


@app.command(epilog="Example: station bench sign --data out/try")
def sign(
    data: DataDir,
    pace: Annotated[float, typer.Option(min=0, help="How many times as fast as people sign; 0 is at once.")] = 1.0,
) -> None:
    """Let the person in front of the devices sign on the pad."""
    from station.bench.devices.control import Sign, send

    send(_bench(data), Sign(pace))


@app.command(epilog="Example: station bench scan 4F0A96C7D1E2B3A41122 --data out/try")
def scan(
    code: Annotated[str, typer.Argument(metavar="CODE", help="What the code says, such as an invitation's.")],
    data: DataDir,
) -> None:
    """Hold a code to the code reader."""
    from station.bench.devices.control import Scan, send

    send(_bench(data), Scan(code))


@app.command(epilog="Example: station bench lay budi family-card --data out/try")
def lay(
    person: Person,
    document: Annotated[
        str, typer.Argument(metavar="DOCUMENT", help="birth-certificate, family-card or parental-consent.")
    ],
    data: DataDir,
) -> None:
    """Lay a person's paper under the document camera."""
    from station.bench.devices.control import Lay, send

    send(_bench(data), Lay(person, document))


@app.command(epilog="Example: station bench office --data out/try")
def office(data: DataDir) -> None:
    """Take in whatever the bench station delivers, until told to end (SIGTERM or Ctrl+C)."""
    from station.bench.office import work
    from station.clock import SystemClock

    logs.to_stderr()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(data, SystemClock(), stop)


def _bench(data: Path) -> Path:
    return data / "bench"


def _papers(folder: Path) -> dict[str, Bearer]:
    """The papers of the day that the folder holds, if it holds one."""
    import msgspec

    from station.bench.day.folder import Setting
    from station.bench.day.papers import bearers

    kept = folder / "day.json"
    return bearers(msgspec.json.decode(kept.read_bytes(), type=Setting)) if kept.exists() else {}
