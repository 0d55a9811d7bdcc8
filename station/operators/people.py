"""The operators: add, lock, unlock, change a PIN, list.

Commands that hash a PIN take the journal and open their transaction after the hashing; the others
take a Transaction like every command of the house.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Annotated, Final

import msgspec

from station.config import Positive, Settings
from station.journal import Journal, Transaction, ids
from station.journal import events as ev
from station.journal.journal import rows_of
from station.operators import pins

_KIND: Final = "operator"
_NAME_INDEX: Final = "operator-name"

LONGEST_NAME: Final = 60


class ConsoleSettings(Settings, frozen=True, kw_only=True):
    """[console] of config.toml."""

    pin_digits: Annotated[int, msgspec.Meta(ge=4, le=12)] = 6
    failures_before_wait: Annotated[int, msgspec.Meta(ge=0)] = 5
    wait_seconds: Annotated[int, msgspec.Meta(ge=0)] = 15
    failures_before_lock: Positive = 15
    idle_lock_seconds: Positive = 300

    def __post_init__(self) -> None:
        if self.failures_before_wait > self.failures_before_lock:
            raise ValueError(
                f"failures_before_wait, failures_before_lock: {self.failures_before_wait} is above"
                f" {self.failures_before_lock}, so nobody would ever wait"
            )


class OperatorRefused(Exception):
    """The command does not fit. `code`: `operator.none`, `operator.name-taken` or `operator.name-unusable`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Operator(msgspec.Struct, frozen=True):
    """One operator as the console lists them."""

    id: str
    name: str
    locked: bool
    left_handed: bool
    failures: int
    """Wrong PINs since the last right one."""
    signed_in: bool

    @property
    def actor(self) -> str:
        """How the journal names this operator."""
        return f"operator:{self.id}"


def add(
    journal: Journal, name: str, pin: str, settings: ConsoleSettings, *, actor: str, left_handed: bool = False
) -> Operator:
    """Let someone sign in. Raises WeakPin, or OperatorRefused when the name is taken or unusable."""
    name = _tidy(name)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise OperatorRefused("operator.name-unusable")
    pins.require_strong(pin, settings.pin_digits)
    phc = pins.hashed(pin)
    with journal.command(actor) as tx:
        if tx.vault.find(_NAME_INDEX, _folded(name)):
            raise OperatorRefused("operator.name-taken")
        operator = ids.new("opr")
        _keep(tx, operator, name, phc)
        tx.vault.index(operator, _NAME_INDEX, _folded(name))
        tx.append(ev.OperatorAdded(left_handed=left_handed), operator)
        return _required(tx, operator)


def change_pin(journal: Journal, operator: str, pin: str, settings: ConsoleSettings, *, actor: str) -> None:
    """Give an operator a new PIN; failures are forgotten and a lock ends. Raises WeakPin, OperatorRefused."""
    pins.require_strong(pin, settings.pin_digits)
    phc = pins.hashed(pin)
    with journal.command(actor) as tx:
        found = _required(tx, operator)
        _keep(tx, operator, found.name, phc)
        tx.append(ev.OperatorPinChanged(), operator)


def lock(tx: Transaction, operator: str, reason: str = "asked") -> None:
    """Keep an operator out until unlocked; one who is locked already stays so."""
    if not _required(tx, operator).locked:
        tx.append(ev.OperatorLocked(reason=reason), operator)


def unlock(tx: Transaction, operator: str) -> None:
    """Let an operator sign in again, with failures and waits forgotten."""
    _required(tx, operator)
    tx.append(ev.OperatorUnlocked(), operator)


def everyone(source: Transaction | Journal) -> list[Operator]:
    """All operators, by name."""
    found = rows_of(source.db, "SELECT * FROM operators")
    return sorted((_operator(source, row) for row in found), key=lambda operator: operator.name.casefold())


def find(source: Transaction | Journal, name_or_id: str) -> Operator | None:
    """The operator with this id, or with this name in any case, spacing and Unicode form."""
    for candidate in (name_or_id, *source.vault.find(_NAME_INDEX, _folded(name_or_id))):
        found = rows_of(source.db, "SELECT * FROM operators WHERE id = ?", (candidate,))
        if found:
            return _operator(source, found[0])
    return None


def entry(name: str) -> tuple[str, str]:
    """The index entry by which the operator of this name is found."""
    return _NAME_INDEX, _folded(name)


def signed_in(source: Transaction | Journal) -> Operator | None:
    """Who is signed in at the console now."""
    found = rows_of(source.db, "SELECT * FROM operators WHERE signed_in = 1 LIMIT 1")
    return _operator(source, found[0]) if found else None


def pin_hash(source: Transaction | Journal, operator: str) -> str | None:
    """The kept PIN hash, or None where the vault has forgotten the operator."""
    return _record(source, operator).get("pin")


def _operator(source: Transaction | Journal, row: dict[str, object]) -> Operator:
    operator = str(row["id"])
    return Operator(
        id=operator,
        name=_record(source, operator).get("name", operator),
        locked=row["state"] == "locked",
        left_handed=bool(row["left_handed"]),
        failures=int(str(row["failures"])),
        signed_in=bool(row["signed_in"]),
    )


def _tidy(name: str) -> str:
    """The name as it is kept: keyboards and files write an é in one code point or in two."""
    return unicodedata.normalize("NFC", " ".join(name.split()))


def _folded(name: str) -> str:
    """What names are compared by. Folding can leave what normalising puts together again."""
    return _tidy(_tidy(name).casefold())


def _required(tx: Transaction, operator: str) -> Operator:
    found = find(tx, operator)
    if found is None:
        raise OperatorRefused("operator.none")
    return found


def _keep(tx: Transaction, operator: str, name: str, phc: str) -> None:
    tx.vault.put(operator, _KIND, json.dumps({"name": name, "pin": phc}, ensure_ascii=False).encode())


def _record(source: Transaction | Journal, operator: str) -> dict[str, str]:
    stored = source.vault.get(operator)
    return {} if stored is None else {str(key): str(value) for key, value in json.loads(stored).items()}
