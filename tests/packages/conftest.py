"""A whole package's worth of contents, keys made by the real tools' formats, and a station to seal with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from station.bench import package
from station.bench.package import STATION
from station.packages import age
from station.packages.age import Identities, Recipients
from station.packages.record import Contents
from station.packages.sealing import Sealed, seal
from station.packages.signers import Signer, Signers
from station.packages.sshsig import PACKAGE_NAMESPACE, SigningKey

NOW = package.AT


class World(msgspec.Struct, frozen=True):
    """Keys and folders of one station and its office, on disk as the real tools read them."""

    folder: Path
    packages: Path
    key: SigningKey
    recipients: Recipients
    identity_file: Path
    escrow_file: Path
    signers_file: Path
    contents: Contents

    @property
    def identities(self) -> Identities:
        return Identities.load(self.identity_file)

    @property
    def signers(self) -> Signers:
        return Signers.load(self.signers_file)

    def seal(self, contents: Contents | None = None) -> Sealed:
        return seal(contents or self.contents, self.recipients, self.key, self.packages)


def make_world(folder: Path, contents: Contents) -> World:
    """Keys of a station and an office under `folder`."""
    key = SigningKey.create(folder / "station_ed25519", STATION)
    recipients: list[str] = []
    identity_files: list[Path] = []
    for name in ("identity", "escrow"):
        text, recipient = age.new_identity(NOW)
        identity_files.append(folder / f"{name}.txt")
        identity_files[-1].write_text(text)
        recipients.append(recipient)
    signers = folder / "allowed_signers"
    signers.write_text(Signer(STATION, key.public, PACKAGE_NAMESPACE).line() + "\n")
    packages = folder / "packages"
    packages.mkdir()
    identity, escrow = identity_files
    return World(folder, packages, key, Recipients.of(recipients), identity, escrow, signers, contents)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, package.contents())


@pytest.fixture
def contents_of() -> Callable[..., Contents]:
    return package.contents


@pytest.fixture
def now() -> datetime:
    return NOW
