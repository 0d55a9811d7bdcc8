"""All emulated devices of one station, with who stands in front of them.

    DIR/dev/*.json     one descriptor a plugged-in device, for the station's DirectorySource
    DIR/trust/         the root of the emulated scanners' certificates
    DIR/tickets/       what the printer printed, unless it is given another folder
    DIR/lights.json    what the tower light shows
    DIR/rig.json       where the control socket is

`unplug` takes device and descriptor away, `plug` brings them back elsewhere (another pty, another port).
"""

from __future__ import annotations

import os
import shutil
import signal
import socketserver
import tempfile
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import msgspec
import numpy as np
import structlog

from station.bench.devices import control
from station.bench.devices.camera import BenchCamera
from station.bench.devices.faults import Faults
from station.bench.devices.lights import BenchLights
from station.bench.devices.pad import AXES, BenchPad
from station.bench.devices.pki import Authority, ScannerKeys
from station.bench.devices.printer import BenchPrinter
from station.bench.devices.sbi import BenchScanner
from station.bench.devices.subject import Colour, People, Stage
from station.bench.devices.wedge import BenchWedge
from station.files import make_folder, write_durably
from station.hardware.devices import Kind
from station.hardware.drivers import BENCH
from station.hardware.hotplug import Descriptor

CAMERA_FPS: Final = 12.0
"""Enough for a live picture; each frame is drawn and coded on the processor that runs the station."""
DESK_FPS: Final = 4.0
READER_SECONDS: Final = 10.0
"""How long the pen waits until the station has opened the pad: what is written before is lost."""
SOCKETS: Final = "station-bench-"
"""How the names of folders with sockets begin, in the system's folder for temporary files."""
EMPTY: Final = (720, 1280)
"""Rows and columns of the picture of an empty room or desk."""

_log = structlog.get_logger(__name__)


class _Pluggable(Protocol):
    def plug(self) -> None: ...
    def unplug(self) -> None: ...


class _Place(msgspec.Struct):
    """One device with what describes it while it is plugged in."""

    device: _Pluggable
    kind: Kind
    driver: str
    where: Callable[[], str]
    faults: Faults
    properties: dict[str, str] = {}
    plugged: bool = False


class Rig:
    """The bench of one station. `start` plugs everything in; all else may come from any thread."""

    def __init__(self, folder: Path, people: People, *, tickets: Path | None = None, latency: float = 0.0) -> None:
        """`tickets` is where the printer's papers go; `latency` is seconds that a biometric capture takes."""
        self.folder = make_folder(folder)
        self.stage = Stage()
        self._people = people
        self._descriptors = make_folder(folder / "dev")
        self._sockets = Path(tempfile.mkdtemp(prefix=SOCKETS))
        self._desk: Colour = _empty(230)
        self._room = _empty(150)
        self._lock = threading.RLock()
        self._server: _ControlServer | None = None
        self._build(tickets or folder / "tickets", latency)

    @property
    def trust(self) -> Path:
        """The folder with the scanners' root, for the station's configuration."""
        return self.folder / "trust"

    def _build(self, tickets: Path, latency: float) -> None:
        root = Authority("Bench Root")
        write_durably(make_folder(self.trust) / "root.pem", root.pem, mode=0o644)
        faults = {kind: Faults() for kind in Kind}
        keys = ScannerKeys(root, "Bench scanner")
        self.scanners = {
            kind: BenchScanner(kind, self.stage, keys, faults=faults[kind], latency=latency)
            for kind in (Kind.FINGERPRINT, Kind.IRIS)
        }
        self.printer = BenchPrinter(tickets, faults[Kind.PRINTER])
        self.lights = BenchLights(self.folder / "lights.json")
        self.camera = BenchCamera(self._sockets / "camera", self._seen, fps=CAMERA_FPS, faults=faults[Kind.CAMERA])
        self.desk_camera = BenchCamera(
            self._sockets / "desk", lambda: self._desk, fps=DESK_FPS, faults=faults[Kind.DOCUMENT]
        )
        self.pad = BenchPad(self._sockets / "pad")
        self.wedge = BenchWedge(self._sockets / "wedge")
        axes = {f"axis.{code}": " ".join(map(str, axis)) for code, axis in AXES.items()}

        def place(
            device: _Pluggable, kind: Kind, driver: str, where: Callable[[], str], properties: Mapping[str, str]
        ) -> _Place:
            named = {BENCH: "1", "ID_VENDOR": "Bench", "ID_MODEL": f"Emulated {kind}", **properties}
            return _Place(device, kind, driver, where, faults[kind], named)

        places = [
            place(self.printer, Kind.PRINTER, "escpos", lambda: self.printer.path, {}),
            place(self.lights, Kind.LIGHTS, "tower", lambda: self.lights.path, {}),
            place(self.camera, Kind.CAMERA, "mjpeg", lambda: self.camera.path, {}),
            place(self.desk_camera, Kind.DOCUMENT, "mjpeg", lambda: self.desk_camera.path, {}),
            place(self.pad, Kind.SIGNATURE, "pen-records", lambda: self.pad.path, axes),
            place(self.wedge, Kind.CODE, "wedge-records", lambda: self.wedge.path, {}),
            *(place(scanner, kind, "sbi", partial(_port_of, scanner), {}) for kind, scanner in self.scanners.items()),
        ]
        self._places = {place.kind: place for place in places}

    def start(self) -> None:
        """Plug everything in and listen for commands."""
        self._clear_away()
        for place in self._places.values():
            self._plug(place)
        self._server = _ControlServer(str(self._sockets / "control"), self)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="bench-control", daemon=True).start()
        rig = control.RigFile(control=str(self._sockets / "control"), pid=os.getpid())
        write_durably(self.folder / control.RIG_FILE, msgspec.json.encode(rig), mode=0o600)

    def _clear_away(self) -> None:
        """What a bench that was killed left here."""
        for stale in self._descriptors.glob("*.json"):
            stale.unlink()
        left = self.folder / control.RIG_FILE
        if left.exists():
            sockets = Path(msgspec.json.decode(left.read_bytes(), type=control.RigFile).control).parent
            if sockets.name.startswith(SOCKETS):
                shutil.rmtree(sockets, ignore_errors=True)

    def stop(self) -> None:
        """Unplug everything and stop listening."""
        (self.folder / control.RIG_FILE).unlink(missing_ok=True)
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for place in self._places.values():
            self._unplug(place)
        shutil.rmtree(self._sockets, ignore_errors=True)

    def do(self, command: control.Command) -> control.Answer:
        """Carry out a command; what is wrong with it stands in the answer."""
        try:
            match command:
                case control.Enter(person, behaviour):
                    self.stage.enter(self._people.subject(person, behaviour))
                case control.Leave():
                    self.stage.leave()
                case control.Sign(pace):
                    self._sign(pace)
                case control.Scan(text):
                    self.wedge.scan(text)
                case control.Lay(person, document):
                    self._desk = self._people.document(person, document)
                case control.SetFault(device, name):
                    self._set_fault(Kind(device), name)
                case control.Ask():
                    return control.Answer(devices=self._faults())
        except (ValueError, KeyError, OSError) as error:
            return control.Answer(error=f"{type(command).__name__}: {error}")
        return control.Answer()

    def _sign(self, pace: float) -> None:
        subject = self.stage.subject
        if subject is None:
            raise ValueError("nobody is there to sign")
        if not self.pad.wait_for_reader(READER_SECONDS):
            raise ValueError("the station does not read the pad")
        self.pad.sign(subject.signature(self.stage.attempt("signature")), pace=pace)

    def _set_fault(self, kind: Kind, name: str) -> None:
        place = self._places.get(kind)
        if place is None:
            raise ValueError(f"the bench has no {kind}; it has {', '.join(self._places)}")
        place.faults.set(name)
        if name == "unplug":
            self._unplug(place)
        elif name == "plug":
            self._plug(place)

    def _faults(self) -> dict[str, tuple[str, ...]]:
        return {kind.value: place.faults.names() for kind, place in self._places.items()}

    def _plug(self, place: _Place) -> None:
        with self._lock:
            if place.plugged:
                return
            place.device.plug()
            descriptor = Descriptor(place.kind, place.driver, place.where(), place.properties)
            write_durably(self._descriptors / f"{place.kind}.json", msgspec.json.encode(descriptor), mode=0o644)
            place.plugged = True

    def _unplug(self, place: _Place) -> None:
        with self._lock:
            if not place.plugged:
                return
            place.device.unplug()
            (self._descriptors / f"{place.kind}.json").unlink(missing_ok=True)
            place.plugged = False

    def _seen(self) -> Colour:
        view = self.stage.view()
        return self._room if view is None else view


class _ControlServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, path: str, rig: Rig) -> None:
        super().__init__(path, _ControlHandler)
        self.rig = rig


class _ControlHandler(socketserver.StreamRequestHandler):
    server: _ControlServer

    def handle(self) -> None:
        for line in self.rfile:
            try:
                answer = self.server.rig.do(msgspec.json.decode(line, type=control.Command))
            except msgspec.DecodeError as error:
                answer = control.Answer(error=f"not a command: {error}")
            self.wfile.write(msgspec.json.encode(answer) + b"\n")


def serve(folder: Path, people: People, *, tickets: Path | None = None, latency: float = 0.0) -> None:
    """Run a rig in this process until SIGTERM or SIGINT. Call from the main thread."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    rig = Rig(folder, people, tickets=tickets, latency=latency)
    rig.start()
    _log.info("bench devices are plugged in", folder=str(folder))
    stop.wait()
    rig.stop()


def _port_of(scanner: BenchScanner) -> str:
    return str(scanner.port)


def _empty(level: int) -> Colour:
    return np.full((*EMPTY, 3), level, np.uint8)
