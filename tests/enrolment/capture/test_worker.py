"""The worker process: apart, giving way, started anew when it is killed, gone when its parent is.

The sums are the standard library's, so that the worker finds them by name.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from station.enrolment.worker import NICENESS, Worker, WorkerDied

PATIENCE = 30.0
Eventually = Callable[[Callable[[], object]], None]


@pytest.fixture
def own() -> Iterator[Worker]:
    """A worker that may be closed."""
    worker = Worker()
    yield worker
    worker.close()


def _open_for_reader(pipe: Path, eventually: Eventually) -> int:
    """The writing end of a pipe that somebody is about to read."""
    opened: list[int] = []

    def attempt() -> bool:
        try:
            opened.append(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            return False
        return True

    eventually(attempt)
    return opened[0]


def _feed(pipe: Path) -> bool:
    """Write to whoever reads the pipe; False when nobody does."""
    try:
        end = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        os.write(end, b"done ")
    except BrokenPipeError:
        return False
    finally:
        os.close(end)
    return True


def test_sums_are_done_in_another_process_that_gives_way(worker: Worker) -> None:
    pid = worker.run(os.getpid)
    assert pid != os.getpid()
    assert worker.run(os.getppid) == os.getpid()
    assert worker.run(os.getpid) == pid
    assert worker.run(os.nice, 0) == min(19, os.nice(0) + NICENESS)


def test_what_the_sum_raises_is_raised_here(worker: Worker) -> None:
    with pytest.raises(ValueError, match=r"math domain error|nonnegative"):
        worker.run(math.sqrt, -1)
    assert worker.run(math.sqrt, 4) == 2


def test_a_sum_whose_worker_is_killed_is_done_again(worker: Worker, tmp_path: Path, eventually: Eventually) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pid = worker.run(os.getpid)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(worker.run, pipe.read_bytes)
        first = _open_for_reader(pipe, eventually)
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: not _runs(pid))
        os.close(first)
        # The threads of a killed process may hold the pipe a moment longer than it is listed: feed until it is read.
        eventually(lambda: answer.done() or (_feed(pipe) and answer.done()))
        assert set(answer.result(PATIENCE).split()) == {b"done"}
    assert worker.run(os.getpid) != pid


def test_a_worker_that_was_killed_between_two_sums_is_not_missed(worker: Worker, eventually: Eventually) -> None:
    pid = worker.run(os.getpid)
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: not _runs(pid))
    assert worker.run(math.sqrt, 9) == 3


def test_a_sum_that_kills_every_worker_is_a_fault_and_the_next_sum_is_done(own: Worker) -> None:
    with pytest.raises(WorkerDied):
        own.run(signal.raise_signal, signal.SIGKILL)
    assert own.run(math.sqrt, 16) == 4


def test_closing_ends_the_process(own: Worker, eventually: Eventually) -> None:
    own.start()
    pid = own.run(os.getpid)
    own.close()
    eventually(lambda: not _runs(pid))


def test_the_worker_ends_with_a_parent_that_was_killed(eventually: Eventually) -> None:
    script = """
        import os, signal
        from station.enrolment.worker import Worker
        print(Worker().run(os.getpid), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == -signal.SIGKILL
    eventually(lambda: not _runs(int(ended.stdout)))


def _runs(pid: int) -> bool:
    """A process that ended stays listed until the parent that took it over has looked."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
