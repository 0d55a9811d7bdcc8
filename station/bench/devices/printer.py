"""An emulated 80 mm ESC/POS printer at the far end of a pty.

It works its receive buffer off command by command, answers real-time questions at once, stops where
a real printer stops (no paper, cover open, offline), and at each cut puts the ticket's exact bytes
into `tickets/<nnn>.bin` and its picture into `tickets/<nnn>.png`. The disk is its paper: where that has no room, it
stops like any printer that cannot print, and goes on when it has.
"""

from __future__ import annotations

import contextlib
import os
import pty
import select
import threading
import time
import tty
from io import BytesIO
from pathlib import Path

import structlog

from station.bench.devices import escpos
from station.bench.devices.faults import Fault, Faults
from station.bench.devices.receipt import render
from station.files import make_folder, write_durably

SLOW_BYTES_PER_SECOND = 4000
"""What `slow` takes from the wire: half of what 80 mm serial printers take at 115200 baud."""

BUFFER_BYTES = 4096
"""The receive buffer of common TM-class printers; then the wire blocks."""

_TICK_SECONDS = 0.02
_AGAIN_SECONDS = 1.0
"""How long it stands still after a ticket that could not be kept."""

_log = structlog.get_logger(__name__)


class BenchPrinter:
    """Runs in a thread from `plug` to `unplug`; `path` is the tty that a driver opens."""

    def __init__(self, tickets: Path, faults: Faults | None = None) -> None:
        self.tickets = make_folder(tickets)
        self.faults = faults or Faults()
        self.path = ""
        self.bytes_taken = 0
        """All bytes ever taken from the wire, status questions included."""
        self._master = -1
        self._slave = -1
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._printed = threading.Condition()
        self._count = len(list(self.tickets.glob("*.bin")))

    def plug(self) -> None:
        """Appear on a new pty, with empty buffers, as after power-on."""
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="bench-printer", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Vanish: the pty hangs up, buffers are lost."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        for fd in (self._master, self._slave):
            if fd >= 0:
                os.close(fd)
        self._master = self._slave = -1

    def wait_for_tickets(self, count: int, deadline: float) -> bool:
        """Wait until `count` tickets in all have been cut."""
        with self._printed:
            return self._printed.wait_for(lambda: self._count >= count, deadline)

    def _run(self) -> None:
        machine = _Machine(self)
        while not self._stop.is_set():
            machine.work()
            readable, _, _ = select.select([self._master] if machine.room else [], [], [], _TICK_SECONDS)
            if readable:
                with contextlib.suppress(BlockingIOError):
                    machine.take(self._read(machine.room))

    def _read(self, room: int) -> bytes:
        if Fault.SLOW in self.faults:
            self._stop.wait(_TICK_SECONDS)
            room = min(room, int(SLOW_BYTES_PER_SECOND * _TICK_SECONDS))
        return os.read(self._master, room)

    def answer(self, byte: int) -> None:
        """One status byte back to the host."""
        if Fault.SILENT in self.faults:
            return
        if Fault.GARBLED in self.faults:
            byte ^= 0xFF
        with contextlib.suppress(BlockingIOError):
            os.write(self._master, bytes((byte,)))

    def cut(self, data: bytes) -> None:
        """A ticket is done. Raises OSError where it cannot be kept; then it is as if it had not been printed."""
        picture = BytesIO()
        with self._printed:
            number = self._count + 1
            write_durably(self.tickets / f"{number:03}.bin", data, mode=0o644)
            render(data).save(picture, "PNG")
            write_durably(self.tickets / f"{number:03}.png", picture.getvalue(), mode=0o644)
            self._count = number
            self._printed.notify_all()


class _Machine:
    """The printer's firmware: a receive buffer, what is on the paper since the last cut, answers."""

    def __init__(self, printer: BenchPrinter) -> None:
        self._printer = printer
        self._buffer = b""
        self._ticket = b""
        self._still_until = 0.0

    @property
    def room(self) -> int:
        return BUFFER_BYTES - len(self._buffer)

    @property
    def _stopped(self) -> bool:
        faults = self._printer.faults
        return time.monotonic() < self._still_until or any(
            fault in faults for fault in (Fault.PAPER_END, Fault.COVER_OPEN, Fault.OFFLINE)
        )

    def take(self, data: bytes) -> None:
        self._printer.bytes_taken += len(data)
        for token in escpos.real_time(self._buffer_tail() + data):
            if token.name is escpos.Name.STATUS:
                self._printer.answer(self._status(token.arguments[0]))
        self._buffer += data
        if escpos.CLEAR_BUFFER in self._buffer:
            self._buffer = self._buffer.split(escpos.CLEAR_BUFFER)[-1]
            self._ticket = b""

    def _buffer_tail(self) -> bytes:
        """The start of a question that was cut by the read before."""
        for length in (2, 1):
            if len(self._buffer) >= length and b"\x10\x04".startswith(self._buffer[-length:]):
                return self._buffer[-length:]
        return b""

    def work(self) -> None:
        while not self._stopped:
            token, rest = escpos.next_token(self._buffer)
            if token is None:
                return
            if token.name is escpos.Name.CUT and not self._cut(self._ticket + token.data):
                return
            self._buffer = rest
            match token.name:
                case escpos.Name.STATUS | escpos.Name.CLEAR:
                    continue
                case escpos.Name.STATUS_IN_ORDER:
                    self._printer.answer(0x03 if Fault.PAPER_NEAR_END in self._printer.faults else 0x00)
                case escpos.Name.CUT:
                    self._ticket = b""
                case _:
                    self._ticket += token.data

    def _cut(self, ticket: bytes) -> bool:
        try:
            self._printer.cut(ticket)
        except OSError as error:
            _log.warning("bench.ticket-not-kept", error=str(error))
            self._still_until = time.monotonic() + _AGAIN_SECONDS
            return False
        return True

    def _status(self, number: int) -> int:
        faults = self._printer.faults
        end = Fault.PAPER_END in faults
        cover = Fault.COVER_OPEN in faults
        match number:
            case 1:
                return 0x12 | (0x08 if self._stopped else 0)
            case 2:
                return 0x12 | (0x04 if cover else 0) | (0x20 if end else 0)
            case 4:
                return 0x12 | (0x6C if end else 0x0C if Fault.PAPER_NEAR_END in faults else 0)
            case _:
                return 0x12
