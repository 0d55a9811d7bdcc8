"""Workers that fail are started again, but not without end."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from station.clock import SetClock
from station.daemon import supervise as supervising
from station.daemon.supervise import Worker, WorkerFailed, supervise


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(supervising, "LOOK_SECONDS", 0.01)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 2, 3, tzinfo=UTC))


def test_one_that_fails_is_started_again_and_the_others_never_notice(clock: SetClock) -> None:
    stop = threading.Event()
    starts: list[str] = []

    def shaky(stop: threading.Event) -> None:
        starts.append("shaky")
        if starts.count("shaky") < 4:
            raise OSError("again")
        stop.set()

    def steady(stop: threading.Event) -> None:
        starts.append("steady")
        stop.wait(20)

    supervise([Worker("shaky", shaky), Worker("steady", steady), Worker("idle", lambda stop: None)], stop, clock)
    assert (starts.count("shaky"), starts.count("steady")) == (4, 1)


def test_one_that_always_fails_ends_the_process_and_stops_the_others(clock: SetClock) -> None:
    stopped = threading.Event()
    starts: list[int] = []

    def broken(stop: threading.Event) -> None:
        starts.append(1)
        raise OSError("for good")

    def steady(stop: threading.Event) -> None:
        stop.wait(20)
        stopped.set()

    with pytest.raises(WorkerFailed, match="broken failed 6 times") as caught:
        supervise([Worker("broken", broken), Worker("steady", steady)], threading.Event(), clock)
    assert isinstance(caught.value.__cause__, OSError)
    assert len(starts) == 6
    assert stopped.is_set()


def test_failures_long_ago_are_forgotten(clock: SetClock) -> None:
    stop = threading.Event()
    starts: list[int] = []

    def rare(stop: threading.Event) -> None:
        starts.append(1)
        clock.advance(30)
        if len(starts) == 20:
            stop.set()
            return
        raise OSError("once in a while")

    supervise([Worker("rare", rare)], stop, clock)
    assert len(starts) == 20
