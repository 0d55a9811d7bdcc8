"""What a kernel refuses a process, brought about for real."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

_SYSCALLS: Final = {
    "x86_64": {"pwrite64": 18, "fsync": 74, "fdatasync": 75, "rename": 82, "unlink": 87, "unlinkat": 263},
    "aarch64": {"pwrite64": 68, "fsync": 82, "fdatasync": 83, "unlinkat": 35, "renameat": 38},
}
"""Numbers of what changes a disk; `write` is not among them, because tests print."""
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 22, 38, 2
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000


@contextmanager
def own_disk(at: Path, size: str) -> Iterator[Path]:
    """A file system in memory of its own at a new folder, of a size like `2M`. Skips the test where mounting is not
    allowed."""
    at.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", at], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounting needs root")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


@contextmanager
def no_more_open_files() -> Iterator[None]:
    """Meanwhile this process can open nothing: EMFILE. What is open stays so."""
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


def on_a_disk_that_says(number: int, act: Callable[[], object]) -> BaseException | None:
    """Do `act` where the kernel answers writes, flushes, renames and deletions with `number`; returns what it raised.

    A seccomp filter says so to one thread, which ends with it: to all others the disk is well.
    """

    def run() -> None:
        _filter(number)
        act()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(run).exception()


def _filter(number: int) -> None:
    numbers = sorted(_SYSCALLS.get(platform.machine(), {}).values())
    tests = [_Instruction(_JUMP_EQUAL, len(numbers) - at, 0, wanted) for at, wanted in enumerate(numbers)]
    ends = [_Instruction(_RETURN, 0, 0, _ALLOW), _Instruction(_RETURN, 0, 0, _ERRNO | number)]
    program = [_Instruction(_LOAD, 0, 0, 0), *tests, *ends]
    array = (_Instruction * len(program))(*program)
    libc = ctypes.CDLL(None, use_errno=True)
    refused = libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(_Program(len(program), array)), 0, 0
    )
    if refused or not numbers:
        pytest.skip(f"no seccomp filters here: {errno.errorcode.get(ctypes.get_errno(), platform.machine())}")
