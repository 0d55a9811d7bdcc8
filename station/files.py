"""Files that are either whole or not there.

The one way this project writes a file that matters: temporary name in the same folder, write,
fsync, rename, fsync of the folder. It costs two flushes (some 5-20 ms on a USB-class disk) and
buys that "saved" is true after a power cut.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from station.disk import DiskTrouble, writing
from station.errors import StationError

TEMPORARY_PREFIX = ".writing-"
"""Names with this prefix are leftovers of a cut write; `sweep` deletes them."""


class NotAFile(OSError):
    """A pipe, a device or a socket, where a file should be read: whoever reads it might wait for ever."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EINVAL, "it is a pipe, a device or a socket, and no file", str(path))


class DiskRefused(StationError):
    """The disk does not take what has to be written; `code` says why, as in `station.disk`."""

    def __init__(self, trouble: DiskTrouble) -> None:
        super().__init__(trouble.said)
        self.code = trouble.code


_REFUSALS: Final = {
    errno.ENOSPC: ("There is no space left", "Free some space, then try again."),
    errno.EDQUOT: ("There is no space left for this user", "Free some space, then try again."),
    errno.EROFS: ("The disk is read-only", "Mount it for writing, or name another folder."),
    errno.EACCES: (
        "This user may not",
        "Run the command as the user whose file or folder it is, or change its rights.",
    ),
    errno.EPERM: ("This user may not", "Run the command as the user whose file or folder it is, or change its rights."),
    errno.ENOTDIR: ("A file stands where a folder should be", "Name another folder."),
    errno.EEXIST: ("Something stands there already", "Name another one, or move that away."),
    errno.EISDIR: ("A folder stands where a file should be", "Name another file, or move that folder away."),
    errno.ENOENT: ("There is no such file or folder", "Make it, or name another one."),
    errno.ENAMETOOLONG: ("The name is too long", "Give a shorter one."),
    errno.ELOOP: ("Its links lead in a circle", "Name another one."),
    errno.EBADF: ("It is closed", "Give the command an output."),
    errno.EIO: ("The disk fails", "Copy what can still be read to another disk, and call the technician."),
}
"""What the kernel refuses a path with, in the user's words, and what to do."""


def explained(error: OSError) -> StationError | None:
    """What a person can do about an error of the file system; None where it is none."""
    if isinstance(error, DiskTrouble):
        return DiskRefused(error)
    if isinstance(error, NotAFile):
        return StationError(f"{error.filename}: {error.strerror}.", "Name a file.")
    if error.errno not in _REFUSALS:
        return None
    reason, remedy = _REFUSALS[error.errno]
    path = error.filename2 or error.filename
    named = os.fsdecode(path) if isinstance(path, str | bytes) else "the output"
    return StationError(f"{named}: {reason} ({error.strerror}).", remedy)


@contextmanager
def hold(path: Path) -> Iterator[bool]:
    """Lock the file `path`, made where it is absent; False where another process holds it. Raises DiskTrouble.

    The kernel lets go of the lock when its holder dies, however it dies.
    """
    with writing(path):
        lock = path.open("a")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def read_file(path: Path, most: int = -1) -> bytes:
    """A regular file's bytes, at most `most`. Raises OSError, which is NotAFile where it is something else."""
    # Opening a pipe would wait for whoever writes to it.
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        mode = os.fstat(fd).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise NotAFile(path)
        with os.fdopen(fd, "rb", closefd=False) as file:
            return file.read(most)
    finally:
        os.close(fd)


def printable(value: Any) -> Any:
    """The same with texts that can be stored and sent: the bytes of a file's name that are no text as `\\xff`."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if isinstance(value, dict):
        return {printable(key): printable(inner) for key, inner in value.items()}
    return [printable(inner) for inner in value] if isinstance(value, list | tuple) else value


def sync_folder(folder: Path) -> None:
    """Make the folder's entries (names, renames, removals) durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sync_file(path: Path) -> None:
    """Make the contents of a file that another program wrote durable."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_durably(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put `data` at `path`, whole or not at all, and return only once it is on the medium.

    Raises DiskTrouble when the disk does not take it; then `path` is as it was before.
    """
    write_all_durably([(path, data)], mode)


def write_all_durably(files: Sequence[tuple[Path, bytes]], mode: int = 0o600) -> None:
    """Put several files into one folder; all are on the medium before the first has its name.

    So a disk that takes nothing changes none of them (DiskTrouble), and a cut can only fall between the renames,
    which go in the order given.
    """
    folder = files[0][0].parent
    staged: list[tuple[Path, Path]] = []
    try:
        for path, data in files:
            staged.append((folder / f"{TEMPORARY_PREFIX}{os.urandom(6).hex()}", path))
            with writing(path):
                _write_synced(staged[-1][0], data, mode)
        for temporary, path in staged:
            with writing(path):
                temporary.replace(path)
        with writing(files[0][0]):
            sync_folder(folder)
    except OSError:
        for temporary, _ in staged:
            with suppress(OSError):  # a disk that takes nothing lets nothing go; `sweep` finds it
                temporary.unlink(missing_ok=True)
        raise


def _write_synced(path: Path, data: bytes, mode: int) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        os.fsync(fd)
    finally:
        os.close(fd)


def create_durably(path: Path, data: bytes, mode: int = 0o600) -> bool:
    """Put `data` at `path` unless something is there already; of two at once, one wins.

    Returns whether it was this call. Raises DiskTrouble.
    """
    staged = path.with_name(f"{TEMPORARY_PREFIX}{os.urandom(6).hex()}")
    write_durably(staged, data, mode)
    try:
        with writing(path):
            path.hardlink_to(staged)
    except FileExistsError:
        return False
    finally:
        with writing(path):
            staged.unlink()
            sync_folder(path.parent)
    return True


def make_folder(path: Path, mode: int = 0o700) -> Path:
    """Create a folder (and its parents) durably; an existing one is left alone. Raises DiskTrouble."""
    if not path.is_dir():
        missing = [path, *[p for p in path.parents if not p.exists()]]
        with writing(path):
            path.mkdir(mode=mode, parents=True, exist_ok=True)
            for created in missing:
                sync_folder(created.parent)
    return path


def remove_tree(path: Path) -> None:
    """Delete a folder with all in it, durably; an absent one is already done. Raises DiskTrouble."""
    if path.exists():
        with writing(path):
            shutil.rmtree(path)
            sync_folder(path.parent)


def sweep(folder: Path) -> int:
    """Delete what cut writes left in `folder`; returns how many. Raises DiskTrouble."""
    leftovers = list(folder.rglob(f"{TEMPORARY_PREFIX}*"))
    for leftover in leftovers:
        with writing(leftover):
            leftover.unlink(missing_ok=True)
    return len(leftovers)
