"""Logs of the long-running commands: what happens to a log is no concern of who logs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LOGGING = """
import structlog
from station.cli import logs
logs.to_stderr()
for number in range(1000):
    structlog.get_logger().warning("the disk is full", number=number)
print("still here")
"""


def test_a_log_on_a_full_disk_stops_nobody() -> None:
    """The kernel says of /dev/full what it says of a full disk. Threads that told of one ended by it."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-c", LOGGING], stdout=subprocess.PIPE, stderr=full, timeout=60)
    assert done.stdout == b"still here\n"


def test_a_line_is_one_json_object() -> None:
    done = subprocess.run([sys.executable, "-c", LOGGING], capture_output=True, timeout=60)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["number"] for line in lines] == list(range(1000))
    assert {line["event"] for line in lines} == {"the disk is full"}
