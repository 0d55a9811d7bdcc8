"""An office is there whole or not at all, and never made over another."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from station import files
from station.bench import package
from station.clock import SetClock
from station.disk import DiskFull
from station.office import keys
from station.packages.problems import Refused

CLOCK = SetClock(package.AT)


@pytest.mark.parametrize("written", range(7))
def test_a_full_disk_leaves_no_half_made_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int) -> None:
    left, write = [written], files._write_synced

    def full(path: Path, data: bytes, mode: int) -> None:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= 1
        write(path, data, mode)

    monkeypatch.setattr(files, "_write_synced", full)
    with pytest.raises(DiskFull):
        keys.create(tmp_path / "office", "disdukcapil", CLOCK)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    keys.create(tmp_path / "office", "disdukcapil", CLOCK)


def test_what_else_is_in_the_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lost+found").mkdir()
    with pytest.raises(Refused):
        keys.create(tmp_path, "two words", CLOCK)
    assert [path.name for path in tmp_path.iterdir()] == ["lost+found"]
    keys.create(tmp_path, "disdukcapil", CLOCK)
    assert (tmp_path / "lost+found").is_dir()


@pytest.mark.parametrize("lost", ["office_signers", "identity.txt", "office_key"])
def test_an_office_that_lost_a_file_is_not_made_anew(tmp_path: Path, lost: str) -> None:
    office = keys.create(tmp_path / "office", "disdukcapil", CLOCK)
    (office.folder / lost).unlink()
    before = {path.name: path.read_bytes() for path in office.folder.iterdir() if path.is_file()}
    with pytest.raises(Refused, match="already has an office"):
        keys.create(office.folder, "disdukcapil", CLOCK)
    assert {path.name: path.read_bytes() for path in office.folder.iterdir() if path.is_file()} == before
