"""Sealing: durable, whole or not there, readable with the tools that everybody has."""

from __future__ import annotations

import concurrent.futures
import errno
import multiprocessing
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import bagit
import msgspec
import pytest

from station.disk import DiskFull
from station.files import TEMPORARY_PREFIX
from station.packages import sealing
from station.packages.age import Recipients
from station.packages.problems import Code, Refused
from station.packages.record import Contents
from station.packages.sealing import recover, seal
from station.packages.verify import open_pair, read_pair

if TYPE_CHECKING:
    from tests.packages.conftest import World


def test_tools_that_everybody_has_open_it(world: World) -> None:
    sealed = world.seal()
    check: list[str | Path] = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-n",
        "capture-package",
        "-f",
        world.signers_file,
        "-I",
        "station-07",
    ]
    subprocess.run([*check, "-s", sealed.signature], input=sealed.path.read_bytes(), check=True, capture_output=True)
    for identity in (world.identity_file, world.escrow_file):
        out = world.folder / identity.stem
        out.mkdir()
        command = f'age -d -i "{identity}" "{sealed.path}" | tar -x -C "{out}"'
        subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True, capture_output=True, timeout=30)
        subprocess.run(
            [sys.executable, bagit.__file__, "--validate", out / sealed.id], check=True, capture_output=True, timeout=30
        )
        for path, data in world.contents.files:
            assert (out / sealed.id / "data" / path).read_bytes() == data


def test_nothing_readable_of_the_student_is_in_the_folder(world: World) -> None:
    world.seal()
    sample = dict(world.contents.files)["fingers/right-index.wsq"]
    for path in world.packages.rglob("*"):
        assert path.stat().st_mode & 0o777 == 0o600
        for secret in (world.contents.record.biographic.name.encode(), b"5103014511100002", sample[:16]):
            assert secret not in path.read_bytes()


def test_sealing_again_replaces(world: World, now: datetime) -> None:
    first, second = world.seal(), world.seal()
    assert first.sha256 != second.sha256
    assert sealing.find(world.packages) == (first.id,)
    assert len(list(world.packages.iterdir())) == 2
    assert open_pair(read_pair(second.path), world.signers, now, world.identities).signed.sha256 == second.sha256


def test_it_seals_in_a_worker_process(world: World, now: datetime) -> None:
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as workers:
        sealed = workers.submit(seal, world.contents, world.recipients, world.key, world.packages).result()
        broken = msgspec.structs.replace(world.contents, journal=b"")
        with pytest.raises(Refused) as refused:
            workers.submit(seal, broken, world.recipients, world.key, world.packages).result()
    assert refused.value.problem.code is Code.JOURNAL
    assert open_pair(read_pair(sealed.path), world.signers, now, world.identities).record == world.contents.record


@pytest.mark.parametrize("room", range(0, 90_000, 9_000))
def test_a_full_disk_changes_nothing(world: World, room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write that crosses `room` bytes fails as the kernel fails it, first when new, then when replacing."""
    real = os.write

    def attempt() -> bool:
        left = room

        def write(fd: int, data: memoryview) -> int:
            nonlocal left
            if left <= 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            done = real(fd, data[: min(left, len(data))])
            left -= done
            return done

        with monkeypatch.context() as patch:
            patch.setattr(os, "write", write)
            try:
                world.seal()
            except DiskFull as full:
                assert full.path.name.startswith(world.contents.record.id)
                return False
        return True

    fits = attempt()
    assert len(list(world.packages.iterdir())) == (2 if fits else 0)
    world.seal()
    before = {path.name: path.read_bytes() for path in world.packages.iterdir()}
    if not attempt():
        assert {path.name: path.read_bytes() for path in world.packages.iterdir()} == before


SEAL_FOREVER = """
import sys
from pathlib import Path
import msgspec
from station.packages.age import Recipients
from station.packages.record import Contents
from station.packages.sealing import seal
from station.packages.sshsig import SigningKey
folder = Path(sys.argv[1])
contents = msgspec.msgpack.decode((folder / "contents").read_bytes(), type=Contents)
key, recipients = SigningKey.load(folder / "station_ed25519"), Recipients.of([(folder / "recipient").read_text()])
print("ready", flush=True)
number = 0
while True:
    number += 1
    about = msgspec.structs.replace(contents.record, id=f"pkg_{number % 3}")
    sealed = seal(msgspec.structs.replace(contents, record=about), recipients, key, folder / "packages")
    print(sealed.id, sealed.sha256, flush=True)
"""


def test_killed_at_any_moment_it_leaves_whole_packages_or_leftovers(world: World, now: datetime) -> None:
    """`kill -9` while packages are sealed; what was acknowledged and not being replaced is whole."""
    (world.folder / "contents").write_bytes(msgspec.msgpack.encode(world.contents))
    (world.folder / "recipient").write_text(world.recipients.keys[0])
    chance = random.Random(11)
    for _ in range(8):
        program = [sys.executable, "-c", SEAL_FOREVER, str(world.folder)]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as sealer:
            assert sealer.stdout is not None
            assert sealer.stdout.readline() == "ready\n"
            acknowledged = [sealer.stdout.readline().split() for _ in range(chance.randrange(1, 9))]
            sealer.send_signal(signal.SIGKILL)
            acknowledged += [line.split() for line in sealer.stdout if line.endswith("\n")]
        kept = dict(acknowledged)
        # The one after the last may have been under way, and be replaced in part; the caller seals it again.
        kept.pop(f"pkg_{(len(acknowledged) + 1) % 3}", None)
        found = recover(world.packages, kept.keys())
        assert found.missing == ()
        assert not list(world.packages.glob(f"{TEMPORARY_PREFIX}*"))
        assert sealing.find(world.packages) == tuple(sorted(kept))
        for package_id, digest in kept.items():
            pair = read_pair(sealing.package_path(world.packages, package_id))
            assert open_pair(pair, world.signers, now, world.identities).signed.sha256 == digest


def test_recovery_names_what_is_lost_and_clears_what_is_half(world: World) -> None:
    sealed = world.seal()
    (world.packages / "pkg_half.bag.tar.age.sig").write_bytes(b"x")
    (world.packages / f"{TEMPORARY_PREFIX}abc").write_bytes(b"x")
    found = recover(world.packages, {sealed.id, "pkg_lost"})
    assert found == sealing.Recovered(removed=("pkg_half",), missing=("pkg_lost",))
    assert sorted(path.name for path in world.packages.iterdir()) == [sealed.path.name, sealed.signature.name]


@pytest.mark.parametrize("keys", [[], ["age1nonsense"], ["AGE-SECRET-KEY-1XYZ"]])
def test_recipients_are_checked(keys: list[str], tmp_path: Path) -> None:
    path = tmp_path / "recipients.txt"
    path.write_text("# office\n" + "\n".join(keys))
    with pytest.raises(Refused) as refused:
        Recipients.load(path)
    assert refused.value.problem.code is Code.KEY_FILE


def test_a_journal_that_does_not_fit_is_not_sealed(world: World, contents_of: Callable[..., Contents]) -> None:
    lines = world.contents.journal.splitlines(keepends=True)
    bad = [b"", b"".join(lines[1:] + lines[:1]), world.contents.journal.replace(b"photo", b"phoNo"), b"{}\n", b"\xff"]
    for journal in bad:
        with pytest.raises(Refused) as refused:
            world.seal(msgspec.structs.replace(world.contents, journal=journal))
        assert refused.value.problem.code is Code.JOURNAL
    real = contents_of(bench=False)
    devices = tuple(msgspec.structs.replace(device, bench=False) for device in world.contents.record.devices)
    hidden = msgspec.structs.replace(world.contents.record, bench=False, devices=devices)
    with pytest.raises(Refused, match="Emulated"):
        world.seal(msgspec.structs.replace(world.contents, record=hidden))
    world.seal(real)
    assert len(list(world.packages.iterdir())) == 2
