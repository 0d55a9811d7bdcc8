"""Reads a list file from outside: quickly refuses what is no list, and bounds what the rest may cost.

A spreadsheet is a stranger's program for our parser, so the parsing runs in a child process with a limit on memory
and time, and comes back as data. The child costs about 0.1 s, most of it while the parent imports its own modules.
"""

from __future__ import annotations

import hashlib
import stat
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from station import bounded
from station.roster.students import Answer, ListError, SchoolList

LARGEST_FILE: Final = 50 * 1024 * 1024
"""Bytes. A Dapodik list of 10,000 students has 4 MB."""
LARGEST_UNPACKED: Final = 400 * 1024 * 1024
"""Bytes of all parts of a workbook. 10,000 students have about 35 MB."""
MOST_PARTS: Final = 2_000
SECONDS: Final = 120

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OLE: Final = "EncryptedPackage".encode("utf-16-le")
_WAYS_OUT: Final = "Give the list as Dapodik downloads it (XLSX), or as XLS, ODS or CSV."


class Reading(msgspec.Struct, frozen=True):
    """A judged list and the file that it came from."""

    file: str
    sha256: str
    list: SchoolList


class Reader:
    """A reading under way. Start it early: the child works while the caller opens its database."""

    def __init__(self, path: Path, today: date) -> None:
        """Check the file and start the child. Raises ListError when it is plainly no list."""
        self._path = path
        kind = recognise(path)
        self._child = bounded.start("station.roster.child", kind, str(path.absolute()), today.isoformat())

    def result(self) -> Reading:
        """Wait for the list. Raises ListError."""
        name = self._path.name
        try:
            # While the child works: afterwards the caller would wait for it.
            with self._path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            out, err = self._child.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired as error:
            raise ListError("list-too-large", _too_large(name)) from error
        finally:
            if self._child.poll() is None:
                self._child.kill()
                self._child.communicate()
        if self._child.returncode < 0 or b"MemoryError" in err:
            raise ListError("list-too-large", _too_large(name))
        if self._child.returncode:
            # The child says where it failed, never with what: a cell may be somebody's NIK.
            where = err.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
            raise ListError(
                "list-unreadable",
                f"{name} could not be read. Open it, save it as a new XLSX and import that."
                f" For the technician: {where[0]}",
            )
        answer = msgspec.msgpack.decode(out, type=Answer)
        if answer.list is None:
            raise ListError(answer.code, answer.message)
        return Reading(name, digest, answer.list)


def read(path: Path, today: date) -> Reading:
    """Read a list file. Raises ListError with one clear message for whatever is no list."""
    return Reader(path, today).result()


def recognise(path: Path) -> str:
    """``workbook`` or ``text``, by size and content and never by the name's ending. Raises ListError."""
    name = path.name
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ListError("list-is-folder", f"{path} is a folder. Name the list file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise ListError("not-a-list", f"{path} is no file. {_WAYS_OUT}")
        if status.st_size == 0:
            raise ListError("list-empty", f"{name} is empty (0 bytes). Ask for the file again.")
        if status.st_size > LARGEST_FILE:
            raise ListError("list-too-large", _too_large(name))
        with path.open("rb") as file:
            head = file.read(65536)
    except FileNotFoundError as error:
        raise ListError("list-not-found", f"There is no file {path}. Check the name and the folder.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "bad file name"
        raise ListError("list-unreadable", f"{path} cannot be opened ({reason}). Check the permissions.") from error
    if head.startswith(b"PK"):
        _check_archive(path)
        return "workbook"
    if head.startswith(_OLE):
        if _ENCRYPTED_OLE in path.read_bytes():
            raise _encrypted(name)
        return "workbook"
    _check_text(head, name)
    return "text"


def _check_archive(path: Path) -> None:
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            manifest = "META-INF/manifest.xml"
            if manifest in names and archive.getinfo(manifest).file_size < LARGEST_FILE // 50:
                encrypted = b"encryption-data" in archive.read(manifest)
            else:
                encrypted = False
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise ListError(
            "list-damaged",
            f"{name} is damaged or cut off. Ask for the file again, or open it, save it as XLSX and import that.",
        ) from error
    if encrypted or any(part.flag_bits & 1 for part in parts):
        raise _encrypted(name)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise ListError("list-too-large", _too_large(name))
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise ListError("not-a-list", f"{name} is an archive or document and no workbook. {_WAYS_OUT}")


def _check_text(head: bytes, name: str) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if start.startswith(b"%pdf"):
        raise ListError("not-a-list", f"{name} is a PDF and no list. {_WAYS_OUT}")
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<style", b"<meta", b"<head")):
        raise ListError(
            "not-a-list",
            f"{name} is a web page or XML that carries the ending of a workbook. Open it in Excel or LibreOffice, save"
            " it as XLSX and import that.",
        )
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" in head:
        raise ListError("not-a-list", f"{name} is neither a workbook nor text. {_WAYS_OUT}")


def _encrypted(name: str) -> ListError:
    return ListError(
        "list-encrypted",
        f"{name} is protected with a password. Open it with the password, save it without one, and import that.",
    )


def _too_large(name: str) -> str:
    return (
        f"{name} is too large for a school's list (limit {LARGEST_FILE // 1024**2} MB, or what it unpacks to)."
        " Leave out what is not the list, or divide it by class."
    )
