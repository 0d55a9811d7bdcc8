"""Ticket printer that speaks ESC/POS, on a tty, /dev/usb/lp*, or the network.

The rule of this module: "printed" is said only when the printer itself is well after the last
byte. Three questions make that so (Epson ESC/POS reference):

- DLE EOT n (10 04 n), answered at once even when printing has stopped: n=1 bit 3 offline; n=2 bit 2
  cover open, bit 5 stopped by paper end; n=4 bits 2-3 near end, bits 5-6 end. Bits 1 and 4 of an
  answer are always set, bits 0 and 7 never: anything else is noise.
- GS r 1 (1D 72 01), answered in the order of the data, so its answer means that the ticket before
  it has been worked off. Its bits 4 and 7 are never set. Printers that do not know it are noticed
  once and then only asked with DLE EOT.

A printer that answers nothing has status "unknown"; printing goes ahead, because cheap printers
never answer, and fails only when the printer stops taking bytes.

After a failed job the printer still holds its rest and would print it when paper is back, and the
daemon prints the ticket again: so a failed job is cleared from the printer's buffer (DLE DC4 8, a
real-time command) at once, and once more before the next job where that could not be sent. The first
job on a newly opened printer clears it too: the program before may have died within a ticket.
"""

from __future__ import annotations

import threading
import time

import structlog

from station.hardware.devices import DeviceError, DeviceGone, DeviceInfo, Kind, PaperStatus, PrinterStatus
from station.hardware.wires import Wire, WireBlocked, WireGone

STATUS_SECONDS = 0.25
"""A status byte takes 1 ms at 9600 baud and printers answer within some 20 ms; this is ten times that."""

STALL_SECONDS = 3.0
"""A printer that takes no byte for so long is stuck, not slow: 80 mm printers print over 10 lines in it."""

WORK_SECONDS = 6.0
"""A ticket of 25 cm at the slowest usual 50 mm/s."""

CHUNK = 512
"""Bytes handed over between two looks at the clock: half a second at 9600 baud."""

_CLEAR_BUFFER = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
_ASK_IN_ORDER = b"\x1dr\x01"

_log = structlog.get_logger(__name__)


class EscposPrinter:
    """A TicketPrinter on an open wire. Calls from several threads take turns."""

    def __init__(self, wire: Wire, info: DeviceInfo) -> None:
        self._wire = wire
        self._info = info
        self._lock = threading.Lock()
        self._answers_in_order: bool | None = None
        self._rest_inside = True
        self._worked_off = False

    @property
    def info(self) -> DeviceInfo:
        return self._info

    def status(self) -> PrinterStatus:
        """Ask the printer how it is; takes at most STATUS_SECONDS when it does not answer. Raises DeviceGone."""
        with self._lock:
            try:
                return self._status()
            except WireGone as error:
                raise DeviceGone(Kind.PRINTER, str(error)) from error

    def print(self, data: bytes) -> None:
        """Print one ticket; returns when the printer has worked it off and is still well.

        Raises DeviceError: `printer.paper-end`, `printer.cover-open`, `printer.offline`, or
        `printer.blocked` when it stops taking bytes or stops answering and does not say why. Raises DeviceGone.
        """
        with self._lock:
            try:
                self._print(data)
            except WireGone as error:
                raise DeviceGone(Kind.PRINTER, str(error)) from error

    def close(self) -> None:
        with self._lock:
            self._wire.close()

    def _print(self, data: bytes) -> None:
        before = self._status()
        _raise_unless_well(before)
        if self._rest_inside and before.online is not None:
            self._send(_CLEAR_BUFFER)
        self._rest_inside = True
        try:
            self._hand_over(data, answers=before.online is not None)
        except DeviceError:
            self._clear()
            raise
        self._rest_inside = False

    def _clear(self) -> None:
        """Take back what is not on paper yet. The buffer counts as cleared only once the bytes were taken."""
        self._wire.discard_output()
        try:
            self._wire.write(_CLEAR_BUFFER, STATUS_SECONDS)
            self._wire.drain(STATUS_SECONDS)
        except WireBlocked:
            _log.warning("failed ticket could not be cleared from the printer; the next one will try again")
        else:
            self._rest_inside = self._status().online is None

    def _hand_over(self, data: bytes, *, answers: bool) -> None:
        for start in range(0, len(data), CHUNK):
            self._send(data[start : start + CHUNK])
        try:
            self._wire.drain(STALL_SECONDS)
        except WireBlocked as error:
            self._fail_blocked(error)
        if answers and self._answers_in_order is not False:
            self._wait_worked_off()
        after = self._status()
        _raise_unless_well(after)
        if answers and after.online is None:
            raise DeviceError("printer.blocked", "answered before the ticket and not after it")

    def _send(self, data: bytes) -> None:
        try:
            self._wire.write(data, STALL_SECONDS)
        except WireBlocked as error:
            self._fail_blocked(error)

    def _fail_blocked(self, error: WireBlocked) -> None:
        """Name the cause if the printer says it."""
        _raise_unless_well(self._status())
        raise DeviceError("printer.blocked", f"no byte taken for {STALL_SECONDS:g} s") from error

    def _wait_worked_off(self) -> None:
        self._worked_off = False
        self._send(_ASK_IN_ORDER)
        answered = False
        until = time.monotonic() + WORK_SECONDS
        while time.monotonic() < until:
            self._listen(STATUS_SECONDS, until_worked_off=True)
            if not self._worked_off:
                status = self._status(keep_input=True)
                answered = status.online is not None
                _raise_unless_well(status)
            if self._worked_off:
                self._answers_in_order = True
                return
        if self._answers_in_order or not answered:
            raise DeviceError("printer.blocked", f"ticket not worked off in {WORK_SECONDS:g} s")
        self._answers_in_order = False
        _log.info("printer does not answer GS r; its DLE EOT answers must do")

    def _status(self, *, keep_input: bool = False) -> PrinterStatus:
        if not keep_input:
            self._discard_input()
        first = self._ask(1)
        if first is None:
            return PrinterStatus(paper=PaperStatus.UNKNOWN)
        offline_cause = self._ask(2)
        paper = self._ask(4)
        paper_stop = offline_cause is not None and bool(offline_cause & 0x20)
        if paper_stop or (paper is not None and paper & 0x60):
            level = PaperStatus.END
        elif paper is None:
            level = PaperStatus.UNKNOWN
        else:
            level = PaperStatus.NEAR_END if paper & 0x0C else PaperStatus.OK
        return PrinterStatus(
            paper=level,
            cover_open=None if offline_cause is None else bool(offline_cause & 0x04),
            online=not first & 0x08,
        )

    def _ask(self, number: int) -> int | None:
        try:
            self._wire.write(bytes((0x10, 0x04, number)), STATUS_SECONDS)
        except WireBlocked:
            return None
        return self._listen(STATUS_SECONDS)

    def _listen(self, deadline: float, *, until_worked_off: bool = False) -> int | None:
        """The next answer to DLE EOT. Notes an answer to GS r on the way; drops all else as noise."""
        until = time.monotonic() + deadline
        while (left := until - time.monotonic()) > 0:
            for byte in self._wire.read(1, left):
                if byte & 0x93 == 0x12:
                    return byte
                if byte & 0x90 == 0:
                    self._worked_off = True
                    if until_worked_off:
                        return None
        return None

    def _discard_input(self) -> None:
        while self._wire.read(256, 0):
            pass


def _raise_unless_well(status: PrinterStatus) -> None:
    """Unknown passes: no answer says nothing about the paper."""
    if status.problem:
        raise DeviceError(status.problem)
