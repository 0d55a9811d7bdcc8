"""A BagIt 1.0 bag (RFC 8493) in a tar, made and read in memory: plain text never touches a disk.

The tar is POSIX ustar with one folder, the package's id, as `tar -x` and `bagit.py --validate` expect
it. The same contents give the same bytes: names sorted, the record's time on every member, no user.
Reading takes only what `build` could have written: no links, devices, sparse files, other folders or
names twice, so nothing in it can point outside.
"""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from collections.abc import Mapping
from typing import Final

from station.packages import record
from station.packages.problems import Code, Refused
from station.packages.record import Contents

MAX_PACKAGE: Final = 64 << 20
"""Bytes of a package, encrypted or not; a full one has about 5 MB. Bounds the memory of reading."""
MAX_MEMBERS: Final = 256

RECORD: Final = "data/enrolment.json"
JOURNAL: Final = "data/journal.jsonl"

_BAGIT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_TAGS: Final = frozenset({"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"})
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}(/[a-z0-9][a-z0-9_.-]{0,63}){0,2}")
_MANIFEST_LINE: Final = re.compile(r"([0-9a-f]{64})  ([a-z0-9][a-z0-9_./-]*)")
_REMEDY: Final = "Take the package again from the station; if it stays so, report it to the station's maker."


def build(contents: Contents) -> bytes:
    """The bag as the bytes of a tar. Raises Refused when record and files do not belong together."""
    about = contents.record
    record.check(about, [path for path, _ in contents.files], about.id)
    payload = {RECORD: record.encode(about), JOURNAL: contents.journal}
    payload |= {f"data/{path}": data for path, data in contents.files}
    size = sum(len(data) for data in payload.values())
    info = {
        "Bag-Software-Agent": about.station.software,
        "Bagging-Date": about.sealed_at.date().isoformat(),
        "External-Identifier": about.id,
        "Payload-Oxum": f"{size}.{len(payload)}",
    }
    tags = {
        "bagit.txt": _BAGIT,
        "bag-info.txt": "".join(f"{key}: {value}\n" for key, value in info.items()).encode(),
        "manifest-sha256.txt": _manifest(payload),
    }
    tags["tagmanifest-sha256.txt"] = _manifest(tags)
    return _tar(about.id, int(about.sealed_at.timestamp()), tags | payload)


def read(tar: bytes, where: str) -> tuple[str, dict[str, bytes]]:
    """The bag's id (its folder) and its files by name, each checked against the manifests. Raises Refused."""
    folder, files = _untar(tar, where)
    _check_bag(files, where)
    return folder, files


def _manifest(files: Mapping[str, bytes]) -> bytes:
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())]
    return "".join(lines).encode()


def _tar(folder: str, mtime: int, files: Mapping[str, bytes]) -> bytes:
    folders = {name.rpartition("/")[0] for name in files} - {""}
    parts: list[bytes] = []
    for name in ["", *sorted(folders), *sorted(files)]:
        member = tarfile.TarInfo(f"{folder}/{name}".rstrip("/"))
        member.mtime = mtime
        data = files.get(name, b"")
        if name in files:
            member.mode, member.size = 0o600, len(data)
        else:
            member.mode, member.type = 0o700, tarfile.DIRTYPE
        parts += [member.tobuf(tarfile.USTAR_FORMAT), data, bytes(-len(data) % tarfile.BLOCKSIZE)]
    parts.append(bytes(2 * tarfile.BLOCKSIZE))
    parts.append(bytes(-sum(map(len, parts)) % tarfile.RECORDSIZE))
    # Joined by hand: one copy of the whole instead of tarfile's many pieces.
    return b"".join(parts)


def _untar(tar: bytes, where: str) -> tuple[str, dict[str, bytes]]:
    files: dict[str, bytes] = {}
    folder = ""
    try:
        with tarfile.open(fileobj=io.BytesIO(tar), mode="r:", errorlevel=2) as archive:
            for count, member in enumerate(archive, start=1):
                folder = folder or member.name.partition("/")[0]
                name = _member_name(member, folder, count, where)
                if not member.isreg():
                    continue
                source = archive.extractfile(member)
                if name in files or source is None:
                    raise Refused(Code.TAR, f"The name {name!r} stands there twice.", where, _REMEDY)
                files[name] = source.read()
    except (tarfile.TarError, UnicodeError, ValueError, EOFError) as error:
        raise Refused(Code.TAR, f"The tar inside cannot be read: {error}.", where, _REMEDY) from error
    if not files:
        raise Refused(Code.TAR, "The tar inside is empty.", where, _REMEDY)
    return folder, files


def _member_name(member: tarfile.TarInfo, folder: str, count: int, where: str) -> str:
    """The member's name inside the bag's folder; Refused for anything `build` does not write."""
    inside = member.name.removeprefix(f"{folder}/")
    plain = member.type in (tarfile.REGTYPE, tarfile.DIRTYPE) and not member.pax_headers
    known = member.name == folder if inside == member.name else _NAME.fullmatch(inside) is not None
    if count > MAX_MEMBERS or not plain or not known or not record.is_id(folder) or ".." in member.name:
        shown = ascii(member.name)[:80]
        raise Refused(Code.TAR, f"The tar inside has a member that no package has: {shown}.", where, _REMEDY)
    if member.isreg() and inside == member.name:
        raise Refused(Code.TAR, "The tar inside has no folder.", where, _REMEDY)
    return inside


def _check_bag(files: Mapping[str, bytes], where: str) -> None:
    tags = {name for name in files if not name.startswith("data/")}
    if tags != _TAGS or not {RECORD, JOURNAL} <= files.keys():
        odd = ", ".join(sorted((tags ^ _TAGS) | ({RECORD, JOURNAL} - files.keys())))
        raise _bag(f"Files are missing or too many: {odd}.", where)
    if files["bagit.txt"] != _BAGIT:
        raise _bag("bagit.txt does not declare BagIt 1.0 in UTF-8.", where)
    _check_manifest(files, "tagmanifest-sha256.txt", tags - {"tagmanifest-sha256.txt"}, where)
    _check_manifest(files, "manifest-sha256.txt", files.keys() - tags, where)


def _check_manifest(files: Mapping[str, bytes], manifest: str, names: set[str], where: str) -> None:
    listed: dict[str, str] = {}
    for line in files[manifest].decode("utf-8", "replace").splitlines():
        found = _MANIFEST_LINE.fullmatch(line)
        if found is None or found[2] in listed:
            raise _bag(f"{manifest} has a line that is no checksum and name, or a name twice.", where)
        listed[found[2]] = found[1]
    if listed.keys() != names:
        raise _bag(f"{manifest} and the files differ: {', '.join(sorted(listed.keys() ^ names)[:5])}.", where)
    for name, digest in listed.items():
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise _bag(f"{name} does not have the checksum that {manifest} says.", where)


def _bag(what: str, where: str) -> Refused:
    return Refused(Code.BAG, what, where, _REMEDY)
