"""The ESC/POS driver against the emulated printer on a pty, with paper, without, slow, silent, gone."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

import pytest
from PIL import Image

from station.bench.devices import printer as bench
from station.bench.devices.printer import BenchPrinter
from station.hardware.devices import DeviceError, DeviceGone, DeviceInfo, Kind, PaperStatus
from station.hardware.printers import escpos
from station.hardware.printers.escpos import EscposPrinter
from station.hardware.wires import open_wire

TICKET = b"\x1b@\x1ba\x01\x1d!\x77" + b"17\n" + b"\x1d!\x00" + b"Nomor antrean Anda\n" * 100 + b"\x1dV\x42\x00"
INFO = DeviceInfo(Kind.PRINTER, "escpos", bench=True)


@pytest.fixture
def printer(bench_printer: BenchPrinter) -> Iterator[EscposPrinter]:
    driver = EscposPrinter(open_wire(bench_printer.path), INFO)
    yield driver
    driver.close()


def test_a_ticket_arrives_whole_and_soon(bench_printer: BenchPrinter, printer: EscposPrinter) -> None:
    started = time.monotonic()
    printer.print(TICKET)
    took = time.monotonic() - started
    assert bench_printer.wait_for_tickets(1, 2)
    assert (bench_printer.tickets / "001.bin").read_bytes() == TICKET
    with Image.open(bench_printer.tickets / "001.png") as picture:
        assert picture.width == 624
        assert picture.getextrema() == (24, 252)
    assert took < 1.0


def test_status_says_what_the_printer_says(bench_printer: BenchPrinter, printer: EscposPrinter) -> None:
    assert printer.status().paper is PaperStatus.OK
    assert printer.status().online is True
    bench_printer.faults.set("paper-near-end")
    assert printer.status().paper is PaperStatus.NEAR_END
    bench_printer.faults.set("paper-end")
    status = printer.status()
    assert (status.paper, status.online, status.cover_open) == (PaperStatus.END, False, False)
    bench_printer.faults.set("well")
    bench_printer.faults.set("cover-open")
    assert printer.status().cover_open is True


@pytest.mark.parametrize("fault", ["paper-end", "cover-open", "offline"])
def test_nothing_is_sent_to_an_unwell_printer(fault: str, bench_printer: BenchPrinter, printer: EscposPrinter) -> None:
    bench_printer.faults.set(fault)
    with pytest.raises(DeviceError) as caught:
        printer.print(TICKET)
    assert caught.value.code == f"printer.{fault}"
    assert bench_printer.bytes_taken < 50
    bench_printer.faults.set("well")
    printer.print(TICKET)
    assert bench_printer.wait_for_tickets(1, 2)
    assert len(list(bench_printer.tickets.glob("*.bin"))) == 1


@pytest.mark.parametrize(("length", "code"), [(20, "printer.paper-end"), (400, "printer.blocked")])
def test_paper_that_ends_within_a_ticket_is_told_and_the_ticket_comes_out_once(
    length: int, code: str, bench_printer: BenchPrinter, printer: EscposPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escpos, "WORK_SECONDS", 2.0)
    long_ticket = TICKET.replace(b"\x1dV", b"Nomor antrean Anda\n" * length + b"\x1dV")
    bench_printer.faults.set("slow")
    failed: list[str] = []

    def printing() -> None:
        try:
            printer.print(long_ticket)
        except DeviceError as error:
            failed.append(error.code)

    thread = threading.Thread(target=printing)
    thread.start()
    while bench_printer.bytes_taken < 1000 and thread.is_alive():
        thread.join(0.005)
    bench_printer.faults.set("well")
    bench_printer.faults.set("paper-end")
    thread.join(10)
    assert failed == [code]
    assert not list(bench_printer.tickets.glob("*.bin"))
    bench_printer.faults.set("paper-ok")
    printer.print(long_ticket)
    assert bench_printer.wait_for_tickets(1, 5)
    assert [path.read_bytes() for path in bench_printer.tickets.glob("*.bin")] == [long_ticket]


@pytest.mark.parametrize("fault", ["silent", "garbled"])
def test_no_sensible_answer_is_unknown_and_printing_goes_ahead(
    fault: str, bench_printer: BenchPrinter, printer: EscposPrinter
) -> None:
    bench_printer.faults.set(fault)
    assert printer.status().paper is PaperStatus.UNKNOWN
    printer.print(TICKET)
    assert bench_printer.wait_for_tickets(1, 2)


def test_a_silent_printer_that_takes_no_bytes_is_blocked(
    bench_printer: BenchPrinter, printer: EscposPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escpos, "STALL_SECONDS", 0.3)
    bench_printer.faults.set("silent")
    bench_printer.faults.set("paper-end")
    with pytest.raises(DeviceError) as caught:
        printer.print(TICKET * 40)
    assert caught.value.code == "printer.blocked"


def test_a_slow_printer_is_waited_for(bench_printer: BenchPrinter, printer: EscposPrinter) -> None:
    bench_printer.faults.set("slow")
    printer.print(TICKET)
    assert bench_printer.wait_for_tickets(1, 0)


def test_the_emulated_printer_stands_still_while_its_disk_has_no_room(
    bench_printer: BenchPrinter, printer: EscposPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "_AGAIN_SECONDS", 0.1)
    (bench_printer.tickets / "001.png").mkdir()
    with pytest.raises(DeviceError, match="printer"):
        printer.print(b"17\n\x1dV\x00")
    (bench_printer.tickets / "001.png").rmdir()
    time.sleep(0.2)
    printer.print(b"17\n\x1dV\x00")
    assert bench_printer.wait_for_tickets(1, 2)
    assert sorted(path.name for path in bench_printer.tickets.iterdir()) == ["001.bin", "001.png"]


def test_unplugged_idle(bench_printer: BenchPrinter, printer: EscposPrinter) -> None:
    bench_printer.unplug()
    with pytest.raises(DeviceGone):
        printer.status()
    with pytest.raises(DeviceGone):
        printer.print(TICKET)


def test_unplugged_while_printing(bench_printer: BenchPrinter, printer: EscposPrinter) -> None:
    bench_printer.faults.set("slow")
    outcome: list[BaseException | None] = []

    def printing() -> None:
        with contextlib.suppress(DeviceGone):
            printer.print(TICKET * 10)
            outcome.append(None)

    thread = threading.Thread(target=printing)
    thread.start()
    while bench_printer.bytes_taken < 600 and thread.is_alive():
        thread.join(0.005)
    bench_printer.unplug()
    thread.join(5)
    assert not thread.is_alive()
    assert outcome == []


def test_what_a_dead_program_left_does_not_run_into_the_next_ticket(bench_printer: BenchPrinter) -> None:
    dead = open_wire(bench_printer.path)
    dead.write(TICKET[:300], 1)
    dead.close()
    driver = EscposPrinter(open_wire(bench_printer.path), INFO)
    driver.print(TICKET)
    driver.close()
    assert bench_printer.wait_for_tickets(1, 2)
    assert (bench_printer.tickets / "001.bin").read_bytes() == TICKET


def test_closed_driver_says_gone(bench_printer: BenchPrinter) -> None:
    driver = EscposPrinter(open_wire(bench_printer.path), INFO)
    driver.close()
    driver.close()
    with pytest.raises(DeviceGone):
        driver.status()
