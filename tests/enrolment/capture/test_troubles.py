"""The capture runner in trouble: devices that go and come, a worker that is killed, a station that is stopped."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from station.enrolment import capture, commands
from station.enrolment.capture import Phase
from station.enrolment.steps import EnrolmentSettings, Step
from station.hardware.devices import Kind

if TYPE_CHECKING:
    from tests.enrolment.capture.conftest import Booth

Eventually = Callable[[Callable[[], object]], None]


def test_a_device_that_is_not_there_is_waited_for(booth: Booth) -> None:
    booth.begin(Step.IRISES)
    booth.fault(Kind.IRIS, "unplug")
    booth.enter()
    with booth.running():
        live = booth.until(Phase.NO_DEVICE)
        assert (live.device, live.problem, live.step) == (Kind.IRIS, "iris.gone", Step.IRISES)
        booth.fault(Kind.IRIS, "plug")
        now = booth.until_done(Step.IRISES)
    assert len(now.tries(Step.IRISES)) == 1


def test_a_scanner_is_unplugged_while_it_captures_and_comes_back_on_another_port(
    booth: Booth, eventually: Eventually
) -> None:
    booth.begin(Step.RIGHT_FOUR)
    scanner = booth.rig.scanners[Kind.FINGERPRINT]
    port = scanner.port
    with booth.running():
        eventually(lambda: booth.requests() == 1)
        booth.fault(Kind.FINGERPRINT, "unplug")
        live = booth.until(Phase.NO_DEVICE)
        assert (live.device, live.problem) == (Kind.FINGERPRINT, "fingerprint.gone")
        with socket.create_server(("127.0.0.1", port)):
            booth.fault(Kind.FINGERPRINT, "plug")
        assert scanner.port != port
        booth.enter()
        now = booth.until_done(Step.RIGHT_FOUR)
    assert len(now.tries(Step.RIGHT_FOUR)) == 1


@pytest.mark.parametrize(
    ("step", "kind"),
    [(Step.PHOTO, Kind.CAMERA), (Step.SIGNATURE, Kind.SIGNATURE), (Step.IRISES, Kind.IRIS)],
)
def test_a_device_is_unplugged_while_it_waits_for_the_student(
    booth: Booth, eventually: Eventually, step: Step, kind: Kind
) -> None:
    booth.begin(step)
    with booth.running():
        booth.until(Phase.PRESENT)
        if kind is Kind.SIGNATURE:
            booth.sign(dot=True)
        booth.fault(kind, "unplug")
        assert booth.until(Phase.NO_DEVICE).device is kind
        booth.fault(kind, "plug")
        booth.until(Phase.PRESENT)
        booth.enter()
        if kind is Kind.SIGNATURE:
            assert booth.live.ink == ()
            booth.sign()
            booth.runner.pen_done()
        now = booth.until_done(step)
    assert [attempt.good for attempt in now.tries(step)] == [True]


def test_a_device_is_unplugged_while_its_capture_is_judged(booth: Booth) -> None:
    """The capture is here already: it is judged and kept, and only the next attempt wants the device."""
    booth.begin(Step.SIGNATURE)
    with booth.running():
        booth.until(Phase.PRESENT)
        booth.sign(dot=True)
        with booth.halted_worker():
            booth.runner.pen_done()
            booth.until(Phase.JUDGING)
            booth.fault(Kind.SIGNATURE, "unplug")
        assert booth.until(Phase.NO_DEVICE).device is Kind.SIGNATURE
        (first,) = booth.until_tries(Step.SIGNATURE, 1).tries(Step.SIGNATURE)
        booth.fault(Kind.SIGNATURE, "plug")
        booth.until(Phase.PRESENT)
        booth.sign()
        booth.runner.pen_done()
        now = booth.until_done(Step.SIGNATURE)
    assert now.tries(Step.SIGNATURE)[0] == first
    assert [attempt.good for attempt in now.tries(Step.SIGNATURE)] == [False, True]


def test_what_a_faulty_device_says_is_shown_until_it_is_well(booth: Booth) -> None:
    booth.begin(Step.RIGHT_FOUR)
    booth.fault(Kind.FINGERPRINT, "forged")
    booth.enter()
    try:
        with booth.running():
            live = booth.until(Phase.NO_DEVICE)
            assert (live.device, live.problem) == (Kind.FINGERPRINT, "fingerprint.untrusted")
            assert booth.desk.now.tries(Step.RIGHT_FOUR) == ()
            booth.fault(Kind.FINGERPRINT, "well")
            booth.until_done(Step.RIGHT_FOUR)
    finally:
        booth.fault(Kind.FINGERPRINT, "well")


def test_a_camera_without_a_picture_is_said_to_be_faulty_until_it_has_one(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture, "SILENT_SECONDS", 0.5)
    booth.begin(Step.PHOTO)
    booth.fault(Kind.CAMERA, "silent")
    booth.enter()
    try:
        with booth.running():
            live = booth.until(Phase.NO_DEVICE)
            assert (live.device, live.problem) == (Kind.CAMERA, "camera.timeout")
            booth.fault(Kind.CAMERA, "well")
            booth.until_done(Step.PHOTO)
    finally:
        booth.fault(Kind.CAMERA, "well")


def test_a_worker_that_is_killed_in_the_middle_costs_no_attempt(booth: Booth) -> None:
    booth.begin(Step.RIGHT_FOUR)
    booth.enter()
    pid = booth.worker.run(os.getpid)
    os.kill(pid, signal.SIGSTOP)
    with booth.running():
        booth.until(Phase.JUDGING)
        os.kill(pid, signal.SIGKILL)
        now = booth.until_done(Step.RIGHT_FOUR)
    (attempt,) = now.tries(Step.RIGHT_FOUR)
    assert (attempt.number, attempt.good, len(attempt.samples)) == (1, True, 4)
    assert booth.requests() == 1
    assert booth.worker.run(os.getpid) != pid


def test_a_damaged_earlier_sample_does_not_stop_the_student(booth: Booth) -> None:
    """The prints that `go_to` recorded are not in the spool."""
    booth.begin(Step.RIGHT_FOUR, Step.LEFT_FOUR, Step.VERIFY_INDEXES)
    booth.desk.go_to(Step.VERIFY_INDEXES)
    booth.enter()
    with booth.running():
        now = booth.until_tries(Step.VERIFY_INDEXES, 1)
    assert now.match_scores == {}


def _idle(booth: Booth) -> None:
    booth.begin(Step.CONFIRM)
    booth.until(Phase.IDLE)


def _no_device(booth: Booth) -> None:
    booth.fault(Kind.IRIS, "unplug")
    booth.begin(Step.IRISES)
    booth.until(Phase.NO_DEVICE)


def _scanner_waits(booth: Booth) -> None:
    booth.begin(Step.RIGHT_FOUR)
    booth.until(Phase.PRESENT)


def _camera_looks(booth: Booth) -> None:
    booth.begin(Step.PHOTO)
    booth.until(Phase.PRESENT)


def _pad_waits(booth: Booth) -> None:
    booth.begin(Step.SIGNATURE)
    booth.until(Phase.PRESENT)


def _paused(booth: Booth) -> None:
    booth.begin(Step.RIGHT_FOUR)
    for _ in range(3):
        booth.desk.attempt(good=False, score=10)
    booth.until(Phase.PAUSED)


@pytest.mark.parametrize("stand", [_idle, _no_device, _scanner_waits, _camera_looks, _pad_waits, _paused])
def test_the_runner_ends_when_it_is_told_to(booth: Booth, stand: Callable[[Booth], None]) -> None:
    booth.settings = EnrolmentSettings(capture_seconds=0.3)
    booth.runner = booth.new_runner()
    with booth.running() as stop:
        stand(booth)
        before = booth.desk.now
        stop.set()
    assert booth.desk.now == before


def test_the_runner_ends_after_the_judgement_that_is_under_way(booth: Booth) -> None:
    """What the student has given is kept; a stop costs nobody an attempt."""
    booth.begin(Step.RIGHT_FOUR)
    booth.enter()
    with booth.running() as stop, booth.halted_worker():
        booth.until(Phase.JUDGING)
        stop.set()
    assert [attempt.good for attempt in booth.desk.now.tries(Step.RIGHT_FOUR)] == [True]


def test_a_failure_that_nobody_can_help_reaches_the_caller(booth: Booth) -> None:
    booth.begin(Step.RIGHT_FOUR)
    (booth.desk.journal.path.parent / "spool").rmdir()
    (booth.desk.journal.path.parent / "spool").write_text("not a folder")
    booth.enter()
    with pytest.raises(OSError, match="spool"):
        booth.runner.run(threading.Event())
    assert commands.active(booth.desk.journal) == booth.desk.enrolment
