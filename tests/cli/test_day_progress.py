"""What `station day` prints while it runs, where there is no terminal."""

from __future__ import annotations

import pytest

from station.bench.day.play import DISK_FULL
from station.cli.daylight import Teller


def test_a_full_disk_is_told_once_and_so_is_its_end(capfd: pytest.CaptureFixture[str]) -> None:
    with Teller(2) as teller:
        teller.tell(0, 2, "number 1: photo")
        teller.tell(0, 2, f"{DISK_FULL}: free some space in here")
        teller.tell(0, 2, f"{DISK_FULL}: free some space in here")
        teller.tell(0, 2, "number 1: photo")
        teller.tell(0, 2, "number 1: signature")
        teller.tell(1, 2, "number 2: photo")
    assert capfd.readouterr().err.splitlines() == [
        "0 of 2 students have gone",
        "0 of 2 students have gone; the disk is full: free some space in here",
        "0 of 2 students have gone",
        "1 of 2 students have gone",
    ]
