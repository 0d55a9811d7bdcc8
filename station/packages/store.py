"""The object store between station and office: a folder or S3-compatible storage, the same code.

Names in it are `<id>.bag.tar.age`, `<id>.bag.tar.age.sig` and `receipts/<id>.json` with `.sig`. An
object appears whole or not at all. obstore does not flush files of a folder store to the medium
(seen with strace: no fsync), so that is done here, and before an object has its name: a stick that is
pulled in the middle would else come back with an empty or half object, which nobody may replace.

Name the store as a folder *on* the disk, not as its mount point: a mount point stays there, empty,
when the disk is away.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec
import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from station import files
from station.packages.problems import Code, Refused

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

RECEIPTS: Final = "receipts"
PART_SUFFIX: Final = ".part"
"""Of an object in a folder that is on its way to the medium. A copy that was cut leaves it, the next one clears it."""
CONNECT_SECONDS: Final = 10
RETRIES: Final = 2
"""Within one call; whoever carries packages tries again later, and says so meanwhile."""
REQUEST_SECONDS: Final = 60
"""A package of 5 MB in a minute is 85 kB/s; below that, trying again later beats waiting."""


class StoreFailed(Refused):
    """The store could not be reached, or holds something else under the name."""


class Found(msgspec.Struct, frozen=True):
    """One object: its name and size in bytes."""

    name: str
    size: int


class Store:
    """An opened store. All calls block; they raise StoreFailed, and may be repeated."""

    def __init__(self, objects: ObjectStore, name: str, folder: Path | None = None) -> None:
        self._objects = objects
        self._folder = folder
        self.name = name

    @classmethod
    def open(cls, url: str) -> Store:
        """Open `PATH`, `file://PATH` or `s3://BUCKET/PREFIX` (keys and endpoint from the AWS_ environment)."""
        parts = urlsplit(url)
        name = f"{parts.scheme}://{parts.hostname or ''}{parts.path}" if parts.scheme else url
        try:
            if parts.scheme == "s3":
                client: ClientConfig = {
                    "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                    "timeout": timedelta(seconds=REQUEST_SECONDS),
                    # Only where the endpoint says http, as a server in the office's own network may: what is sent is
                    # sealed and signed, and S3 never sends its key.
                    "allow_http": True,
                }
                retries: RetryConfig = {"max_retries": RETRIES, "retry_timeout": timedelta(seconds=REQUEST_SECONDS)}
                return cls(S3Store.from_url(url, client_options=client, retry_config=retries), name)
            if parts.scheme not in ("", "file") or not parts.path:
                remedy = "Name a folder, or s3://BUCKET/PREFIX."
                raise StoreFailed(Code.STORE_AWAY, "This is no store that is known here.", name, remedy)
            folder = Path(parts.path).absolute()
            _must_be_there(folder)
            return cls(LocalStore(folder), name, folder)
        except (BaseError, ValueError) as error:
            raise _away(name, error) from error

    def put_new(self, name: str, data: bytes) -> bool:
        """Put an object that nobody may replace; False when the same bytes are there already.

        Raises StoreFailed with `store-conflict` when other bytes are there.
        """
        created = self._create(name, data)
        self._settle(name)
        if hashlib.sha256(self.get(name, len(data)) or b"").digest() != hashlib.sha256(data).digest():
            code, what = (
                (Code.STORE_DAMAGED, "It reads back otherwise than it was written.")
                if created
                else (Code.STORE_CONFLICT, "Other bytes are there under this name.")
            )
            remedy = "Keep the station's copy; let the office look at the store."
            raise StoreFailed(code, what, f"{self.name}: {name}", remedy)
        return created

    def put(self, name: str, data: bytes) -> None:
        """Put an object, replacing what is there."""
        self._ready()
        try:
            if self._folder is None:
                obstore.put(self._objects, name, data, use_multipart=False)
            else:
                obstore.rename(self._objects, self._staged(self._folder, name, data), name)
        except (BaseError, OSError) as error:
            raise _away(self.name, error) from error
        self._settle(name)

    def get(self, name: str, limit: int) -> bytes | None:
        """The object's bytes, at most one more than `limit`; None when there is none."""
        self._ready()
        if not self._is_object(name):
            return None
        try:
            size = obstore.head(self._objects, name)["size"]
            if size == 0:
                return b""
            return bytes(obstore.get_range(self._objects, name, start=0, end=min(size, limit + 1)))
        except (NotFoundError, FileNotFoundError):
            return None
        except (BaseError, OSError) as error:
            raise _away(self.name, error) from error

    def digest(self, name: str) -> str:
        """SHA-256 of an object of any size, in hexadecimal."""
        digest = hashlib.sha256()
        try:
            for chunk in obstore.get(self._objects, name):
                digest.update(chunk)
        except (BaseError, OSError) as error:
            raise _away(self.name, error) from error
        return digest.hexdigest()

    def find(self, suffix: str) -> tuple[Found, ...]:
        """The objects at the top of the store whose names end so, sorted by name."""
        self._ready()
        try:
            listed = obstore.list_with_delimiter(self._objects)["objects"]
        except (BaseError, OSError) as error:
            raise _away(self.name, error) from error
        entries = (entry for entry in listed if entry["path"].endswith(suffix) and self._is_object(entry["path"]))
        found = [Found(entry["path"], entry["size"]) for entry in entries]
        return tuple(sorted(found, key=lambda entry: entry.name))

    def _create(self, name: str, data: bytes) -> bool:
        self._ready()
        try:
            if self._folder is None:
                obstore.put(self._objects, name, data, mode="create", use_multipart=False)
                return True
            return self._create_file(self._folder, name, data)
        except AlreadyExistsError:
            return False
        except (BaseError, OSError) as error:
            raise _away(self.name, error) from error

    def _create_file(self, folder: Path, name: str, data: bytes) -> bool:
        if (folder / name).exists():
            return False
        staged = self._staged(folder, name, data)
        try:
            obstore.rename(self._objects, staged, name, overwrite=False)
        except AlreadyExistsError:
            obstore.delete(self._objects, staged)
            return False
        except BaseError:
            # FAT and exFAT, which sticks have, know no hard links, on which a conditional rename rests.
            # Ids are random, so nobody else is writing this name: look, then rename.
            if (folder / name).exists():
                return False
            obstore.rename(self._objects, staged, name)
        return True

    def _staged(self, folder: Path, name: str, data: bytes) -> str:
        """Put the bytes beside where they belong, on the medium; returns under which name."""
        staged = f"{name}{PART_SUFFIX}"
        # obstore numbers what it is writing (`#1`), and leaves it where it is cut off.
        for leftover in folder.glob(f"{staged}*"):
            leftover.unlink()
        obstore.put(self._objects, staged, data, use_multipart=False)
        files.sync_file(folder / staged)
        return staged

    def _ready(self) -> None:
        if self._folder is not None:
            # obstore would make the folder again, on whatever disk is below.
            _must_be_there(self._folder)

    def _is_object(self, name: str) -> bool:
        """A pipe or a device that lies in a folder is none: reading it would wait for ever, and hold up all others."""
        path = None if self._folder is None else self._folder / name
        return path is None or path.is_file() or not path.exists()

    def _settle(self, name: str) -> None:
        if self._folder is None:
            return
        try:
            path = self._folder / name
            files.sync_file(path)
            for parent in path.parents:
                files.sync_folder(parent)
                if parent == self._folder:
                    break
        except OSError as error:
            raise _away(self.name, error) from error


def not_a_store(url: str) -> str:
    """Why this names no store that a station could keep to, wherever it is started; empty where it may be one."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        return f"cannot be read: {error}"
    if not url.isprintable():
        return "holds characters that no name has"
    if parts.scheme == "s3":
        return "" if parts.hostname else "names no bucket; write s3://BUCKET/PREFIX"
    if parts.scheme not in ("", "file"):
        return f"is of a kind that is not known here ({parts.scheme}); name a folder, or s3://BUCKET/PREFIX"
    if parts.netloc or not parts.path.startswith("/"):
        return "is no whole path; a folder begins with /, such as /media/stick/capture"
    return ""


def _must_be_there(folder: Path) -> None:
    if not folder.is_dir():
        raise StoreFailed(
            Code.STORE_AWAY, "The folder is not there.", str(folder), "Plug in the disk, or connect the share."
        )


def _away(name: str, error: Exception) -> StoreFailed:
    # The first line says what; what follows is the library's own state.
    said = str(error).partition("\n")[0][:300]
    remedy = "Check the disk or the network and its space; it is tried again."
    return StoreFailed(Code.STORE_AWAY, f"The store does not answer as it should: {said}.", name, remedy)
