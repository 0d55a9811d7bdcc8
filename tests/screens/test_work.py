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
    while work.drain():
        pass
    work.close()
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
    while work.drain():
        pass
    work.close()
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


def test_a_turn_after_closing_delivers_nothing_and_takes_nothing() -> None:
    work, ended = Work(lambda error: pytest.fail(str(error))), threading.Event()
    came: list[str] = []

    def again(_nothing: object) -> None:
        came.append("first")
        work.submit(lambda: None, lambda _none: came.append("second"))

    work.submit(lambda: None, again)
    work.submit(ended.set, lambda _nothing: came.append("ended"))
    assert ended.wait(10)
    work.close()
    assert work.drain() == 0
    work.submit(lambda: None, again)
    assert work.drain() == 0
    assert came == []


def test_a_close_within_a_result_ends_the_drain() -> None:
    work = Work(lambda error: pytest.fail(str(error)))
    came: list[str] = []
    work.post(work.close)
    work.post(lambda: came.append("late"))
    assert work.drain() == 1
    assert came == []


def test_only_the_latest_is_kept() -> None:
    latest: Latest[int] = Latest()
    assert latest.take() is None
    latest.put(1)
    latest.put(2)
    assert latest.take() == 2
    assert latest.take() is None
