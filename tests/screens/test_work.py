from __future__ import annotations

import threading
import time

import pytest

from station.screens.work import BUDGET, Latest, Work


class Button:
    busy = False


def test_a_result_comes_back_on_the_thread_that_drains() -> None:
    raised: list[BaseException] = []
    work, button, ended = Work(raised.append), Button(), threading.Event()
    came: list[tuple[int, str]] = []

    def command() -> int:
        return 42

    work.submit(command, lambda value: came.append((value, threading.current_thread().name)), button=button)
    busy_at_first = button.busy
    assert busy_at_first
    work.submit(ended.set, lambda _nothing: None)
    assert ended.wait(10)
    work.close()
    while work.drain():
        pass
    assert came == [(42, threading.current_thread().name)]
    assert not button.busy


def test_an_error_comes_back_and_frees_the_button() -> None:
    raised: list[BaseException] = []
    work, button, ended = Work(raised.append), Button(), threading.Event()
    own: list[BaseException] = []

    def fail() -> None:
        raise ValueError("no")

    def fail_too() -> None:
        raise KeyError("no")

    work.submit(fail, lambda _nothing: None, own.append, button)
    work.submit(fail_too, lambda _nothing: None)
    work.submit(ended.set, lambda _nothing: None)
    assert ended.wait(10)
    work.close()
    while work.drain():
        pass
    assert [type(error) for error in own] == [ValueError]
    assert [type(error) for error in raised] == [KeyError]
    assert not button.busy


def test_a_burst_is_spread_over_turns() -> None:
    work = Work(lambda error: pytest.fail(str(error)))
    called: list[int] = []

    def busy(number: int) -> None:
        called.append(number)
        until = time.monotonic() + BUDGET / 2
        while time.monotonic() < until:
            pass

    for number in range(6):
        work.post(lambda number=number: busy(number))  # type: ignore[misc]
    first = work.drain()
    assert 1 <= first < 6
    while work.drain():
        pass
    assert called == list(range(6))
    work.close()


def test_only_the_latest_is_kept() -> None:
    latest: Latest[int] = Latest()
    assert latest.take() is None
    latest.put(1)
    latest.put(2)
    assert latest.take() == 2
    assert latest.take() is None
