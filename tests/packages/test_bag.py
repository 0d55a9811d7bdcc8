"""The bag, its tar, the record and its schema, against bagit, tar and jsonschema."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import bagit
import jsonschema
import msgspec
import pytest

from station.packages import bag, record
from station.packages.problems import Code, Refused
from station.packages.record import Contents

if TYPE_CHECKING:
    from tests.packages.conftest import World

Add = Callable[[tarfile.TarFile], None]


def untar(tar: bytes, folder: Path) -> None:
    subprocess.run(["tar", "-x", "-C", str(folder)], input=tar, check=True, timeout=30)


def test_tar_and_bagit_accept_it(world: World) -> None:
    tar = bag.build(world.contents)
    untar(tar, world.folder)
    folder = world.folder / world.contents.record.id
    opened = bagit.Bag(str(folder))
    opened.validate()
    assert opened.info["External-Identifier"] == world.contents.record.id
    assert (folder / "data/fingers/right-index.wsq").read_bytes() == dict(world.contents.files)[
        "fingers/right-index.wsq"
    ]
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*")} == {0o600, 0o700}
    command = [sys.executable, bagit.__file__, "--validate", "--quiet", str(folder)]
    subprocess.run(command, check=True, timeout=60, capture_output=True)


def test_bagit_and_we_agree_on_what_is_no_bag(world: World) -> None:
    """Every file of the bag changed, one at a time: both refuse."""
    _, files = bag.read(bag.build(world.contents), "here")
    folder = world.folder / "bag"
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    for name, data in files.items():
        changed = bytes([data[0] ^ 1]) + data[1:]
        (folder / name).write_bytes(changed)
        with pytest.raises(bagit.BagError):
            bagit.Bag(str(folder)).validate()
        with pytest.raises(Refused) as refused:
            bag._check_bag({**files, name: changed}, "here")
        assert refused.value.problem.code is Code.BAG
        (folder / name).write_bytes(data)
        with pytest.raises(Refused):
            bag._check_bag({other: files[other] for other in files if other != name}, "here")
    bagit.Bag(str(folder)).validate()


def test_the_same_contents_give_the_same_bytes_and_name_no_user(contents_of: Callable[..., Contents]) -> None:
    tar = bag.build(contents_of())
    assert tar == bag.build(contents_of())
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        for member in archive:
            assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", "")
            assert member.mtime == contents_of().record.sealed_at.timestamp()


def test_what_is_built_is_read(world: World) -> None:
    folder, files = bag.read(bag.build(world.contents), "here")
    assert folder == world.contents.record.id
    assert record.decode(files[bag.RECORD], "here") == world.contents.record
    assert files[bag.JOURNAL] == world.contents.journal
    assert {name.removeprefix("data/"): data for name, data in files.items() if name.startswith("data/")} == {
        **dict(world.contents.files),
        "enrolment.json": files[bag.RECORD],
        "journal.jsonl": files[bag.JOURNAL],
    }


def member(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, size, link
    return info


HOSTILE = {
    "up": lambda a: a.addfile(member("PKG/../../etc/passwd")),
    "up inside": lambda a: a.addfile(member("PKG/data/../x")),
    "absolute": lambda a: a.addfile(member("/etc/passwd")),
    "other folder": lambda a: a.addfile(member("other/data/x")),
    "no folder": lambda a: a.addfile(member("bagit.txt")),
    "folder as a file": lambda a: a.addfile(member("PKG")),
    "symbolic link": lambda a: a.addfile(member("PKG/data/x", tarfile.SYMTYPE, link="/etc/passwd")),
    "hard link": lambda a: a.addfile(member("PKG/data/x", tarfile.LNKTYPE, link="PKG/bagit.txt")),
    "device": lambda a: a.addfile(member("PKG/data/x", tarfile.CHRTYPE)),
    "fifo": lambda a: a.addfile(member("PKG/data/x", tarfile.FIFOTYPE)),
    "sparse": lambda a: a.addfile(member("PKG/data/x", tarfile.GNUTYPE_SPARSE)),
    "twice": lambda a: (a.addfile(member("PKG/bagit.txt")), a.addfile(member("PKG/bagit.txt"))),
    "capital letters": lambda a: a.addfile(member("PKG/data/X")),
    "hidden": lambda a: a.addfile(member("PKG/data/.x")),
    "backslash": lambda a: a.addfile(member("PKG/data\\x")),
    "control characters": lambda a: a.addfile(member("PKG/data/\x1b[2J")),
    "deep": lambda a: a.addfile(member("PKG/data/a/b/c")),
    "long": lambda a: a.addfile(member("PKG/data/" + "a" * 80)),
    "many": lambda a: [a.addfile(member(f"PKG/data/{number}")) for number in range(bag.MAX_MEMBERS + 1)],
    "empty": lambda a: None,
}


@pytest.mark.parametrize("add", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_a_hostile_tar_is_refused(world: World, add: Add, form: int) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:", format=form) as archive:
        archive.addfile(member("PKG", tarfile.DIRTYPE))
        add(archive)
    with pytest.raises(Refused) as refused:
        bag.read(buffer.getvalue().replace(b"PKG", b"pkg"), "here")
    assert refused.value.problem.code is Code.TAR
    assert refused.value.problem.what.isprintable()


@pytest.mark.parametrize("size", [1 << 20, 1 << 33, (1 << 60)])
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_member_that_claims_to_be_huge_is_refused(size: int, kind: bytes) -> None:
    header = member("pkg/bagit.txt", kind, size).tobuf(tarfile.GNU_FORMAT)
    with pytest.raises(Refused):
        bag.read(header + b"\0" * 2048, "here")


def test_every_cut_is_refused(world: World) -> None:
    tar = bag.build(world.contents)
    end = len(tar.rstrip(b"\0"))
    for cut in range(0, end, 509):
        with pytest.raises(Refused):
            bag.read(tar[:cut], "here")


@pytest.mark.parametrize(
    "files",
    [
        (("fingers/right-index.wsq", b"x"),),
        (("../../x", b"x"),),
        (("fingers/right-index.exe", b"x"),),
        (("signature.png", b"x"), ("signature.png", b"x")),
    ],
)
def test_files_that_the_record_does_not_name_are_refused(world: World, files: tuple[tuple[str, bytes], ...]) -> None:
    with pytest.raises(Refused) as refused:
        bag.build(Contents(world.contents.record, files, world.contents.journal))
    assert refused.value.problem.code is Code.RECORD


def test_a_record_that_hides_the_bench_is_refused(world: World) -> None:
    hidden = msgspec.structs.replace(world.contents.record, bench=False)
    with pytest.raises(Refused, match="emulated"):
        bag.build(msgspec.structs.replace(world.contents, record=hidden))


def test_the_published_schema_is_that_of_the_structs() -> None:
    assert record.SCHEMA.read_bytes() == record.schema(), (
        "the structs changed: run `station packages schema > station/packages/enrolment.schema.json`"
    )


def test_the_schema_accepts_the_record_and_no_other(world: World) -> None:
    schema = msgspec.json.decode(record.SCHEMA.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = msgspec.json.decode(record.encode(world.contents.record))
    validator.validate(good)
    changes: list[dict[str, object]] = [
        {"format": "capture-package/2"}, {"id": "../x"}, {"bench": "no"}, {"extra": 1},
        {"journal": {"seq": 0, "chain": "00" * 32}}, {"journal": {"seq": 1, "chain": "xyz"}},
        {"biographic": {"nik": "1"}}, {"steps": None},
    ]  # fmt: skip
    for change in changes:
        assert not validator.is_valid({**good, **change}), change
        with pytest.raises(Refused) as refused:
            record.decode(msgspec.json.encode({**good, **change}), "here")
        assert refused.value.problem.code is Code.RECORD
    del good["biographic"]
    assert not validator.is_valid(good)
