"""Verifying and opening: what is whole is opened, anything else is refused with what to do."""

from __future__ import annotations

import os
import random
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.disk import DiskFull
from station.packages import age, bag, sealing, sshsig
from station.packages.age import Identities
from station.packages.problems import Code, Refused
from station.packages.record import Contents
from station.packages.signers import Signer, Signers
from station.packages.sshsig import PACKAGE_NAMESPACE, SigningKey
from station.packages.verify import Pair, check_signature, open_package, open_pair, read_pair, write_out

if TYPE_CHECKING:
    from tests.packages.conftest import World

FLIPS = settings(
    deadline=None,
    max_examples=150,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
PLACES = st.floats(0, 1, exclude_max=True)
"""Where to flip, as a part of the length: an age header varies in length by design."""


def code_of(call: Callable[[], object]) -> Code:
    with pytest.raises(Refused) as refused:
        call()
    problem = refused.value.problem
    assert problem.what and problem.where and problem.remedy
    return problem.code


def resigned(world: World, package: bytes, name: str | None = None) -> Pair:
    """A package that somebody changed and who has the station's key."""
    name = name or f"{world.contents.record.id}{sealing.PACKAGE_SUFFIX}"
    return Pair(name, package, world.key.sign(package, PACKAGE_NAMESPACE))


def test_a_whole_package_is_opened(world: World, now: datetime) -> None:
    sealed = world.seal()
    pair = read_pair(sealed.path)
    opened = open_pair(pair, world.signers, now, world.identities)
    assert opened.signed == check_signature(pair, world.signers, now)
    assert (opened.signed.sha256, opened.signed.size) == (sealed.sha256, sealed.size)
    assert opened.record == world.contents.record
    assert [line.seq for line in opened.journal] == [1, 2, 4, 5]


@given(data=st.data())
@FLIPS
def test_one_flipped_byte_anywhere_is_refused(world: World, now: datetime, data: st.DataObject) -> None:
    sealed = world.seal() if not world.packages.joinpath(f"{world.contents.record.id}.bag.tar.age").exists() else None
    pair = read_pair(sealed.path if sealed else next(world.packages.glob("*.age")))
    signers = world.signers
    part = data.draw(st.sampled_from(["package", "signature"]))
    whole = pair.package if part == "package" else pair.signature
    changed = bytearray(whole)
    changed[int(len(whole) * data.draw(PLACES))] ^= data.draw(st.integers(1, 255))
    bad = msgspec.structs.replace(pair, **{part: bytes(changed)})
    assert code_of(lambda: check_signature(bad, signers, now)) in (
        Code.SIGNATURE_FORM,
        Code.SIGNATURE_WRONG,
        Code.SIGNER_UNKNOWN,
    )


@given(data=st.data())
@FLIPS
def test_a_flipped_byte_under_a_good_signature_is_refused_too(world: World, now: datetime, data: st.DataObject) -> None:
    """age's own authentication, seen from here."""
    package = age.encrypt(b"x" * 100_000, world.recipients)
    changed = bytearray(package)
    changed[int(len(package) * data.draw(PLACES))] ^= data.draw(st.integers(1, 255))
    code = code_of(lambda: world.identities.decrypt(bytes(changed), "here"))
    assert code in (Code.NOT_AGE, Code.WRONG_IDENTITY)


def test_every_cut_of_the_package_is_refused(world: World, now: datetime) -> None:
    package = world.seal().path.read_bytes()
    for cut in random.Random(3).sample(range(len(package)), 40):
        pair = resigned(world, package[:cut])
        assert code_of(partial(open_pair, pair, world.signers, now, world.identities)) is Code.NOT_AGE


def test_garbage_is_refused(world: World, now: datetime) -> None:
    for garbage in (b"", b"\0" * 5000, random.Random(1).randbytes(5000), b"PK\x03\x04", age.HEADER * 9):
        pair = resigned(world, garbage)
        assert code_of(partial(open_pair, pair, world.signers, now, world.identities)) is Code.NOT_AGE
    for inside in (b"", b"\0" * 10240, random.Random(2).randbytes(10240)):
        pair = resigned(world, age.encrypt(inside, world.recipients))
        assert code_of(partial(open_pair, pair, world.signers, now, world.identities)) is Code.TAR


def test_wrong_keys_are_told_apart(world: World, now: datetime, tmp_path: Path) -> None:
    sealed = world.seal()
    pair = read_pair(sealed.path)
    stranger = tmp_path / "stranger.txt"
    stranger.write_text(age.new_identity(now)[0])
    assert code_of(lambda: open_pair(pair, world.signers, now, Identities.load(stranger))) is Code.WRONG_IDENTITY
    for path in (world.folder / "absent", world.signers_file, sealed.path):
        assert code_of(partial(Identities.load, path)) is Code.KEY_FILE
    other = SigningKey.create(tmp_path / "other", "other")
    signers = Signers([Signer("station-07", other.public)])
    assert code_of(lambda: check_signature(pair, signers, now)) is Code.SIGNER_UNKNOWN
    expired = Signers([Signer("station-07", world.key.public, valid_before=now - timedelta(days=1))])
    assert code_of(lambda: check_signature(pair, expired, now)) is Code.SIGNER_UNKNOWN
    forged = msgspec.structs.replace(pair, signature=other.sign(pair.package, PACKAGE_NAMESPACE))
    assert code_of(lambda: check_signature(forged, world.signers, now)) is Code.SIGNER_UNKNOWN
    purpose = msgspec.structs.replace(pair, signature=world.key.sign(pair.package, "file"))
    assert code_of(lambda: check_signature(purpose, world.signers, now)) is Code.SIGNATURE_FORM


def test_a_station_cannot_speak_for_another(world: World, now: datetime) -> None:
    sealed = world.seal()
    signers = Signers([Signer("station-08", world.key.public)])
    assert code_of(lambda: open_pair(read_pair(sealed.path), signers, now, world.identities)) is Code.STATION


def test_names_count(world: World, now: datetime) -> None:
    sealed = world.seal()
    package = sealed.path.read_bytes()
    for name in ("package.age", "../x.bag.tar.age", "A B.bag.tar.age", ".bag.tar.age"):
        assert code_of(partial(check_signature, resigned(world, package, name), world.signers, now)) is Code.NAME
    renamed = resigned(world, package, "pkg_other.bag.tar.age")
    assert code_of(lambda: open_pair(renamed, world.signers, now, world.identities)) is Code.NAME


def test_files_that_are_not_there_or_too_large(world: World) -> None:
    sealed = world.seal()
    assert code_of(lambda: read_pair(world.folder / "absent.bag.tar.age")) is Code.UNREADABLE
    assert code_of(lambda: read_pair(world.folder)) is Code.UNREADABLE
    with sealed.signature.open("ab") as file:
        file.write(b" " * sshsig.MAX_SIGNATURE)
    assert code_of(lambda: read_pair(sealed.path)) is Code.TOO_LARGE
    sealed.signature.unlink()
    assert code_of(lambda: read_pair(sealed.path)) is Code.SIGNATURE_MISSING
    os.truncate(sealed.path, bag.MAX_PACKAGE * 50)
    assert code_of(lambda: read_pair(sealed.path)) is Code.TOO_LARGE


def test_a_forged_inside_is_refused(world: World, now: datetime) -> None:
    """Somebody with the station's key changes what is inside: the bag, the record or the journal tells."""
    _, files = bag.read(bag.build(world.contents), "here")
    about = world.contents.record

    def opened(changes: dict[str, bytes]) -> Callable[[], object]:
        payload = {name: data for name, data in {**files, **changes}.items() if name.startswith("data/")}
        tags = {name: files[name] for name in ("bagit.txt", "bag-info.txt")}
        tags["manifest-sha256.txt"] = bag._manifest(payload)
        tags["tagmanifest-sha256.txt"] = bag._manifest(tags)
        pair = resigned(world, age.encrypt(bag._tar(about.id, 0, tags | payload), world.recipients))
        return lambda: open_pair(pair, world.signers, now, world.identities)

    opened({})()
    journal = files[bag.JOURNAL]
    swapped = b"".join(reversed(journal.splitlines(keepends=True)))
    assert code_of(opened({bag.JOURNAL: journal.replace(b"photo", b"other")})) is Code.JOURNAL
    assert code_of(opened({bag.JOURNAL: swapped})) is Code.JOURNAL
    assert code_of(opened({bag.RECORD: files[bag.RECORD].replace(b'"seq": 5', b'"seq": 4')})) is Code.JOURNAL
    assert code_of(opened({bag.RECORD: b"{}"})) is Code.RECORD
    assert (
        code_of(opened({bag.RECORD: files[bag.RECORD].replace(b"right-index.wsq", b"wrong-index.wsq")})) is Code.RECORD
    )
    assert code_of(opened({"data/fingers/sixth.wsq": b"x"})) is Code.RECORD


def test_an_opened_package_is_on_disk_for_its_owner_only(world: World, now: datetime) -> None:
    sealed = world.seal()
    out = world.folder / "out"
    target = open_package(sealed.path, world.signers, now, world.identities, out)
    assert target == out / sealed.id
    assert [path.name for path in out.iterdir()] == [sealed.id]
    assert {stat.S_IMODE(path.stat().st_mode) for path in [target, *target.rglob("*")] if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in target.rglob("*") if path.is_file()} == {0o600}
    for path, data in world.contents.files:
        assert (target / "data" / path).read_bytes() == data
    assert code_of(lambda: open_package(sealed.path, world.signers, now, world.identities, out)) is Code.EXISTS


def test_a_full_disk_leaves_nothing_opened(world: World, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_pair(read_pair(world.seal().path), world.signers, now, world.identities)
    writes = 0
    real = os.write

    def write(fd: int, data: memoryview) -> int:
        nonlocal writes
        writes += 1
        if writes > 9:
            raise OSError(28, "No space left on device")
        return real(fd, data)

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(DiskFull):
        write_out(opened, world.folder / "out")
    assert list((world.folder / "out").iterdir()) == []


def test_refusals_hold_no_personal_data(world: World, now: datetime, contents_of: Callable[..., Contents]) -> None:
    about = world.contents.record
    broken = bag.build(world.contents).replace(b'"female"', b'"fema1e"')
    pair = resigned(world, age.encrypt(broken, world.recipients))
    with pytest.raises(Refused) as refused:
        open_pair(pair, world.signers, now, world.identities)
    assert about.biographic.name not in str(refused.value)
    assert (about.biographic.nik or "") not in str(refused.value)
