"""What can be wrong with a package, a key file or a receipt, said so that a person can act on it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from station.errors import StationError


class Code(StrEnum):
    """What is wrong, for programs and for the receipt."""

    UNREADABLE = "unreadable"
    MISSING = "missing"
    EXCHANGED = "exchanged"
    TOO_LARGE = "too-large"
    NAME = "name"
    SIGNATURE_MISSING = "signature-missing"
    SIGNATURE_FORM = "signature-form"
    SIGNATURE_WRONG = "signature-wrong"
    SIGNER_UNKNOWN = "signer-unknown"
    SIGNERS_FILE = "signers-file"
    KEY_FILE = "key-file"
    NOT_AGE = "not-age"
    WRONG_IDENTITY = "wrong-identity"
    TAR = "tar"
    BAG = "bag"
    RECORD = "record"
    JOURNAL = "journal"
    STATION = "station"
    BENCH = "bench"
    RECEIPT = "receipt"
    EXISTS = "exists"
    STORE_AWAY = "store-away"
    STORE_CONFLICT = "store-conflict"
    STORE_DAMAGED = "store-damaged"


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong. None of the texts holds personal data."""

    code: Code
    what: str
    where: str
    """File, and line or member inside it."""
    remedy: str
    """What to do about it."""


class Refused(StationError):
    """The package, key file or receipt is not taken; `problem` says why."""

    def __init__(self, code: Code, what: str, where: str, remedy: str) -> None:
        super().__init__(f"{where}: {what}", remedy)
        self.problem = Problem(code, what, where, remedy)

    def __reduce__(self) -> tuple[type[Refused], tuple[Code, str, str, str]]:
        problem = self.problem
        return type(self), (problem.code, problem.what, problem.where, problem.remedy)
