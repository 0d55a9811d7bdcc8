"""Delivery: a package and its signature into the store, as often as it takes, with one result.

The signature goes first, so that the office, which looks for packages, never sees one without.
Both are read back and compared before anything is said to be delivered.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from station.packages.sealing import PACKAGE_SUFFIX, SIGNATURE_SUFFIX, package_path
from station.packages.store import Store
from station.packages.verify import read_pair


class Delivered(msgspec.Struct, frozen=True):
    """The store holds the package and its signature."""

    id: str
    store: str
    sha256: str
    size: int
    already: bool
    """Both were there before."""


def deliver(store: Store, folder: Path, package_id: str) -> Delivered:
    """Bring the package from `folder` into the store.

    Raises StoreFailed (`store-away`: try again; `store-conflict`, `store-damaged`: ask the office), and
    Refused when the station's own copy cannot be read.
    """
    pair = read_pair(package_path(folder, package_id))
    new = [
        store.put_new(f"{package_id}{SIGNATURE_SUFFIX}", pair.signature),
        store.put_new(f"{package_id}{PACKAGE_SUFFIX}", pair.package),
    ]
    digest = hashlib.sha256(pair.package).hexdigest()
    return Delivered(package_id, store.name, digest, len(pair.package), not any(new))
