from __future__ import annotations

import threading
from queue import SimpleQueue

import pytest

from station.screens.beside import Beside


def test_closing_waits_for_a_run_that_was_asked_to_end_before() -> None:
    begun, let_go, ended = threading.Event(), threading.Event(), threading.Event()

    def loop(stop: threading.Event) -> None:
        begun.set()
        assert stop.wait(10)
        assert let_go.wait(10)
        ended.set()

    beside = Beside("loop", loop, lambda error: pytest.fail(str(error)))
    beside.start()
    assert begun.wait(10)
    beside.stop()
    threading.Timer(0.05, let_go.set).start()
    beside.close()
    assert ended.is_set()


def test_the_error_that_ended_a_loop_is_told() -> None:
    told: SimpleQueue[BaseException] = SimpleQueue()

    def loop(_stop: threading.Event) -> None:
        raise OSError("gone")

    beside = Beside("loop", loop, told.put)
    beside.start()
    assert str(told.get(timeout=10)) == "gone"
    beside.close()


def test_a_loop_that_was_stopped_begins_again() -> None:
    rounds: list[threading.Event] = []

    def loop(stop: threading.Event) -> None:
        rounds.append(stop)
        assert stop.wait(10)

    beside = Beside("loop", loop, lambda error: pytest.fail(str(error)))
    for _ in range(2):
        beside.start()
        beside.start()
        beside.stop()
    beside.close()
    assert len(rounds) == 2
