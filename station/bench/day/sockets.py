"""Where a day's robots meet the screens: a folder with a short path, for a socket's address has room for 107 bytes.

Whoever kills a day leaves its folder behind. The next day that begins takes away those that nobody holds any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

PREFIX: Final = "station-day-"
HELD: Final = "held"
"""A file that the day keeps locked; the lock ends with its process, however that ends."""
FORGOTTEN_SECONDS: Final = 86_400.0
"""So long after it was last touched, a folder without that file belongs to nobody: no day takes a whole one."""


class Sockets:
    """The folder of one day, for as long as it is played."""

    def __init__(self) -> None:
        sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        # Locked before it has its name: another day that begins just now must not find it free.
        new = self.folder / f"{HELD}.new"
        self._lock = new.open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        new.rename(self.folder / HELD)

    def close(self) -> None:
        """The day is over."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()


def sweep() -> None:
    """Delete this user's folders of days that are not played any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            found = folder.lstat()
            own = found.st_uid == os.getuid() and folder.is_dir() and not folder.is_symlink()
            if own and _abandoned(folder, found.st_mtime):
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # it is being deleted by whoever made it
            continue


def _abandoned(folder: Path, touched_at: float) -> bool:
    held = folder / HELD
    if not held.exists():
        return time.time() - touched_at > FORGOTTEN_SECONDS
    with held.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
