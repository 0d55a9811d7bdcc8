"""Store, delivery, receipts and purge, on a folder store and on an S3 server over HTTP: the same code."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import msgspec
import pytest
from moto.server import ThreadedMotoServer

from station import files
from station.packages import receipts, sealing
from station.packages.delivery import deliver
from station.packages.problems import Code, Refused
from station.packages.receipts import Receipt, confirm, purge
from station.packages.signers import Signer, Signers
from station.packages.sshsig import PACKAGE_NAMESPACE, RECEIPT_NAMESPACE, SigningKey
from station.packages.store import PART_SUFFIX, Store, StoreFailed

if TYPE_CHECKING:
    from tests.packages.conftest import World


BUCKET = "packages"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 server with one empty bucket."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A fresh bucket, opened as config.toml names it and with keys as the environment gives them."""
    httpx.post(f"{s3}/moto-api/reset").raise_for_status()
    httpx.put(f"{s3}/{BUCKET}").raise_for_status()
    for name, value in {
        "ENDPOINT": s3,
        "ACCESS_KEY_ID": "station-1",
        "SECRET_ACCESS_KEY": "only in this test",
        "REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    return Store.open(f"s3://{BUCKET}/balangan")


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "s3":
        opened: Store = request.getfixturevalue("bucket")
        return opened
    (tmp_path / "store").mkdir()
    return Store.open((tmp_path / "store").as_uri())


@pytest.fixture
def office(tmp_path: Path) -> SigningKey:
    return SigningKey.create(tmp_path / "office_key", "office")


@pytest.fixture
def signers(office: SigningKey) -> Signers:
    return Signers([Signer("office", office.public, RECEIPT_NAMESPACE)])


def test_a_package_is_delivered_once_however_often(world: World, store: Store) -> None:
    sealed = world.seal()
    first, again = deliver(store, world.packages, sealed.id), deliver(store, world.packages, sealed.id)
    assert (first.already, again.already) == (False, True)
    assert (first.sha256, first.size, first.id) == (sealed.sha256, sealed.size, sealed.id)
    assert [found.name for found in store.find("")] == [sealed.path.name, sealed.signature.name]
    assert store.digest(sealed.path.name) == sealed.sha256


def test_other_bytes_under_the_name_are_left_alone(world: World, store: Store) -> None:
    sealed = world.seal()
    deliver(store, world.packages, sealed.id)
    world.seal()
    with pytest.raises(StoreFailed) as failed:
        deliver(store, world.packages, sealed.id)
    assert failed.value.problem.code is Code.STORE_CONFLICT
    assert store.digest(sealed.path.name) == sealed.sha256


def test_after_a_cut_delivery_goes_on(world: World, store: Store) -> None:
    sealed = world.seal()
    store.put_new(sealed.signature.name, sealed.signature.read_bytes())
    assert not deliver(store, world.packages, sealed.id).already


def test_a_stick_that_is_pulled_in_the_middle_of_a_copy_takes_it_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not flushed comes back cut, under whatever name it had by then."""
    sealed = world.seal()
    stick = tmp_path / "stick"
    stick.mkdir()
    flush = files.sync_file

    def pulled(path: Path) -> None:
        if sealed.path.name in path.name and not path.name.startswith(sealed.signature.name):
            os.truncate(path, 4096)
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        flush(path)

    store = Store.open(str(stick))
    monkeypatch.setattr(files, "sync_file", pulled)
    with pytest.raises(StoreFailed) as failed:
        deliver(store, world.packages, sealed.id)
    assert failed.value.problem.code is Code.STORE_AWAY
    assert [found.name for found in store.find(sealing.PACKAGE_SUFFIX)] == [], "nobody takes half a package for one"
    monkeypatch.undo()
    (stick / f"{sealed.path.name}{PART_SUFFIX}#1").write_bytes(b"of a copy that was cut still earlier")
    assert not deliver(store, world.packages, sealed.id).already
    assert store.digest(sealed.path.name) == sealed.sha256
    assert sorted(path.name for path in stick.iterdir()) == [sealed.path.name, sealed.signature.name]


def test_a_receipt_that_was_cut_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(str(tmp_path))
    store.put("receipts/pkg_1.json", b"refused")

    def pulled(path: Path) -> None:
        os.truncate(path, 0)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(files, "sync_file", pulled)
    with pytest.raises(StoreFailed):
        store.put("receipts/pkg_1.json", b"accepted")
    monkeypatch.undo()
    assert store.get("receipts/pkg_1.json", 100) == b"refused"
    store.put("receipts/pkg_1.json", b"accepted")
    assert store.get("receipts/pkg_1.json", 100) == b"accepted"
    assert [path.name for path in (tmp_path / "receipts").iterdir()] == ["pkg_1.json"]


def test_an_s3_server_that_is_away_is_said_so(world: World, bucket: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = world.seal()
    assert not deliver(bucket, world.packages, sealed.id).already
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{nobody.getsockname()[1]}")
    with pytest.raises(StoreFailed) as failed:
        deliver(Store.open(f"s3://{BUCKET}/balangan"), world.packages, sealed.id)
    assert failed.value.problem.code is Code.STORE_AWAY


def test_the_signature_is_there_before_the_package(world: World, tmp_path: Path) -> None:
    """Seen by the times at which the names were given."""
    sealed = world.seal()
    (tmp_path / "store").mkdir()
    deliver(Store.open(str(tmp_path / "store")), world.packages, sealed.id)
    times = [(tmp_path / "store" / path.name).stat().st_ctime_ns for path in (sealed.signature, sealed.path)]
    assert times[0] < times[1]


def test_a_store_that_is_away_says_so(tmp_path: Path, world: World) -> None:
    for url in (str(tmp_path / "absent"), "", "ftp://x/y", "s3://"):
        with pytest.raises(StoreFailed) as failed:
            Store.open(url)
        assert failed.value.problem.code is Code.STORE_AWAY
    folder = tmp_path / "stick"
    folder.mkdir()
    store = Store.open(str(folder))
    folder.rmdir()
    sealed = world.seal()
    with pytest.raises(StoreFailed) as failed:
        deliver(store, world.packages, sealed.id)
    assert failed.value.problem.code is Code.STORE_AWAY
    assert not folder.exists(), "nothing may be written below an absent disk"
    folder.mkdir()
    assert not deliver(store, world.packages, sealed.id).already


WITHOUT_HARD_LINKS = """
import ctypes, struct, sys, platform
from pathlib import Path
from station.packages.delivery import deliver
from station.packages.store import PART_SUFFIX, Store, StoreFailed
link, linkat = {"x86_64": (86, 265), "aarch64": (37, 37)}[platform.machine()]
# A seccomp filter by which the kernel refuses link(2) and linkat(2) with EPERM, as it does on FAT.
deny, allow = (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7FFF0000)
rules = [(0x20, 0, 0, 0), (0x15, 1, 0, link), (0x15, 0, 1, linkat), deny, allow]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(rules), ctypes.addressof(code)))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program, 0, 0) == 0
try:
    Path(sys.argv[1], "link").hardlink_to(next(Path(sys.argv[2]).iterdir()))
    sys.exit("links still work")
except PermissionError:
    pass
store = Store.open(sys.argv[1])
print([deliver(store, Path(sys.argv[2]), sys.argv[3]).already for _ in range(2)])
store.put(sys.argv[3] + ".bag.tar.age", b"other")
try:
    deliver(store, Path(sys.argv[2]), sys.argv[3])
except StoreFailed as failed:
    print(failed.problem.code)
"""


def test_a_stick_without_hard_links_takes_packages(world: World, tmp_path: Path) -> None:
    sealed = world.seal()
    (tmp_path / "stick").mkdir()
    program = [sys.executable, "-c", WITHOUT_HARD_LINKS, str(tmp_path / "stick"), str(world.packages), sealed.id]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("[False, True]\nstore-conflict\n", "")


def receipt_for(sealed: sealing.Sealed, at: datetime, **changes: object) -> Receipt:
    receipt = Receipt(package=sealed.id, sha256=sealed.sha256, office="office", at=at, verdict="accepted")
    return msgspec.structs.replace(receipt, **changes)


def test_an_accepted_receipt_lets_the_copy_go(
    world: World, store: Store, office: SigningKey, signers: Signers, now: datetime
) -> None:
    sealed = world.seal()
    assert confirm(store, world.packages, sealed.id, signers, now) is None
    receipts.post(store, sealed.id, *receipts.encode(receipt_for(sealed, now), office))
    confirmed = confirm(store, world.packages, sealed.id, signers, now)
    assert confirmed is not None
    assert confirmed.receipt == receipt_for(sealed, now)
    purge(world.packages, confirmed)
    purge(world.packages, confirmed)
    assert list(world.packages.iterdir()) == []


def test_ssh_keygen_accepts_a_receipt(
    world: World, office: SigningKey, signers: Signers, now: datetime, tmp_path: Path
) -> None:
    text, signature = receipts.encode(receipt_for(world.seal(), now), office)
    (tmp_path / "receipt.sig").write_bytes(signature)
    (tmp_path / "office_signers").write_text(next(iter(signers)).line())
    check = ["ssh-keygen", "-Y", "verify", "-n", RECEIPT_NAMESPACE, "-f", str(tmp_path / "office_signers")]
    command = [*check, "-I", "office", "-s", str(tmp_path / "receipt.sig")]
    subprocess.run(command, input=text, check=True, capture_output=True, timeout=30)


@pytest.mark.parametrize("field", ["package", "sha256", "signature", "signer", "namespace", "schema"])
def test_a_receipt_that_is_not_for_this_deletes_nothing(
    field: str, world: World, store: Store, office: SigningKey, signers: Signers, now: datetime
) -> None:
    sealed = world.seal()
    changes = {"package": {"package": "pkg_other"}, "sha256": {"sha256": "0" * 64}}
    text, signature = receipts.encode(receipt_for(sealed, now, **changes.get(field, {})), office)
    if field == "signature":
        text = text.replace(b'"accepted"', b'"refused"')
    if field == "signer":
        signature = world.key.sign(text, RECEIPT_NAMESPACE)
    if field == "namespace":
        signature = office.sign(text, PACKAGE_NAMESPACE)
    if field == "schema":
        text = text.replace(b"capture-receipt/1", b"capture-receipt/2")
        signature = office.sign(text, RECEIPT_NAMESPACE)
    receipts.post(store, sealed.id, text, signature)
    with pytest.raises(Refused) as refused:
        confirm(store, world.packages, sealed.id, signers, now)
    assert refused.value.problem.remedy
    assert sealing.find(world.packages) == (sealed.id,)


def test_a_refusal_keeps_the_copy(
    world: World, store: Store, office: SigningKey, signers: Signers, now: datetime
) -> None:
    sealed = world.seal()
    refusal = receipt_for(sealed, now, verdict="refused", code="bench", reason="emulated")
    receipts.post(store, sealed.id, *receipts.encode(refusal, office))
    confirmed = confirm(store, world.packages, sealed.id, signers, now)
    assert confirmed is not None
    with pytest.raises(Refused, match="not accepted"):
        purge(world.packages, confirmed)
    assert sealing.find(world.packages) == (sealed.id,)


def test_purge_looks_at_the_bytes_again(
    world: World, store: Store, office: SigningKey, signers: Signers, now: datetime
) -> None:
    sealed = world.seal()
    receipts.post(store, sealed.id, *receipts.encode(receipt_for(sealed, now), office))
    confirmed = confirm(store, world.packages, sealed.id, signers, now)
    assert confirmed is not None
    world.seal()
    with pytest.raises(Refused, match="other bytes"):
        purge(world.packages, confirmed)
    assert sealing.find(world.packages) == (sealed.id,)
