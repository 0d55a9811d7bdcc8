"""Who may sign what: the allowed_signers file of ssh-keygen(1), read as ssh-keygen reads it.

A line is: principals, options, key. Principals and namespaces are pattern lists (`*`, `?`, `!` for
not). Keys of other types than Ed25519 may stand beside: they have signed nothing here, and match nothing. Keys of
certificate authorities are refused, because a station's key is listed by itself and a line that
silently matched nothing would look like a lost station.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from station.files import read_file
from station.packages import sshsig
from station.packages.problems import Code, Refused
from station.packages.sshsig import PublicKey

MAX_FILE: Final = 1 << 20
"""Bytes: room for some five thousand stations."""

_REMEDY: Final = "Write the line as ssh-keygen(1), ALLOWED SIGNERS, says: NAME ssh-ed25519 AAAA…"
_OPTION: Final = re.compile(r'(namespaces|valid-after|valid-before)="([^"]*)"(?:,|(?=[ \t]))', re.IGNORECASE)
_TIME: Final = re.compile(r"(\d{8})(\d{4}(?:\d{2})?)?(Z?)")


class Signer(msgspec.Struct, frozen=True):
    """One line of the file."""

    principals: str
    """Pattern list of the names under which the key signs."""
    key: PublicKey
    namespaces: str | None = None
    """Pattern list of what it may sign; None is anything."""
    valid_after: datetime | None = None
    valid_before: datetime | None = None

    def line(self) -> str:
        """The signer as a line of the file."""
        options = []
        if self.namespaces is not None:
            options.append(f'namespaces="{self.namespaces}"')
        if self.valid_after is not None:
            options.append(f'valid-after="{self.valid_after.astimezone(UTC):%Y%m%d%H%M%SZ}"')
        if self.valid_before is not None:
            options.append(f'valid-before="{self.valid_before.astimezone(UTC):%Y%m%d%H%M%SZ}"')
        return " ".join([self.principals, *([",".join(options)] if options else []), self.key.line])


class Signers:
    """The signers that somebody trusts."""

    def __init__(self, signers: Iterable[Signer]) -> None:
        self._signers = tuple(signers)

    @classmethod
    def load(cls, path: Path) -> Signers:
        """Read an allowed_signers file. Raises Refused, naming the line."""
        try:
            data = read_file(path, MAX_FILE + 1)
        except OSError as error:
            raise Refused(
                Code.SIGNERS_FILE, f"The file cannot be read: {error.strerror}.", path.name, "Check the path."
            ) from error
        return cls.parse(data, path.name)

    @classmethod
    def parse(cls, data: bytes, where: str = "allowed_signers") -> Signers:
        """Read the text of an allowed_signers file. Raises Refused, naming the line."""
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = "\0"
        if len(data) > MAX_FILE or "\0" in text:
            raise Refused(Code.SIGNERS_FILE, "This is no allowed_signers file.", where, _REMEDY)
        lines = enumerate(text.split("\n"), start=1)
        parsed = (
            _parse_line(line.strip(), f"{where}, line {number}")
            for number, line in lines
            if line.strip() and not line.lstrip().startswith("#")
        )
        return cls(signer for signer in parsed if signer is not None)

    def __iter__(self) -> Iterator[Signer]:
        return iter(self._signers)

    def verify(
        self, message: bytes, signature: bytes, namespace: str, at: datetime, where: str = "signature"
    ) -> Signer:
        """The signer that made `signature` of `message` and may do so at `at`. Raises Refused."""
        key = sshsig.verify(message, signature, namespace, where)
        mine = [signer for signer in self._signers if signer.key == key]
        for signer in mine:
            if _may(signer, namespace, at):
                return signer
        why = (
            "The key that signed is listed, but not for this purpose or not for this time."
            if mine
            else "The key that signed is not among the allowed signers."
        )
        raise Refused(
            Code.SIGNER_UNKNOWN, why, where, "If the station is known to the office, add its key to allowed_signers."
        )


def matches(value: str, patterns: str) -> bool:
    """OpenSSH's match_pattern_list: a `!` pattern that matches wins over all others."""
    found = False
    for pattern in patterns.split(","):
        plain = pattern.removeprefix("!")
        expression = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in plain)
        if re.fullmatch(expression, value, re.DOTALL):
            if pattern.startswith("!"):
                return False
            found = True
    return found


def _may(signer: Signer, namespace: str, at: datetime) -> bool:
    return (
        (signer.namespaces is None or matches(namespace, signer.namespaces))
        and (signer.valid_after is None or at >= signer.valid_after)
        and (signer.valid_before is None or at <= signer.valid_before)
    )


def _parse_line(line: str, where: str) -> Signer | None:
    """The line's signer; None where its key is of a type that signs no packages. Raises Refused."""
    quoted = re.match(r'"([^"]+)"[ \t]+(.*)', line) or re.match(r"([^ \t\"]+)[ \t]+(.*)", line)
    if quoted is None:
        raise Refused(Code.SIGNERS_FILE, "The line has no names and key.", where, _REMEDY)
    principals, rest = quoted[1], quoted[2]
    options: dict[str, str] = {}
    position = 0
    while option := _OPTION.match(rest, position):
        if option[1].lower() in options:
            raise Refused(Code.SIGNERS_FILE, f"The option {option[1]} stands there twice.", where, _REMEDY)
        options[option[1].lower()] = option[2]
        position = option.end()
    words = rest[position:].split()
    if words and words[0].lower().startswith("cert-authority"):
        raise Refused(
            Code.SIGNERS_FILE,
            "The line names a certificate authority; certificates are not taken here.",
            where,
            "List each station's own key instead.",
        )
    if len(words) < 2:
        raise Refused(Code.SIGNERS_FILE, "The line has no key, or an option that is not known.", where, _REMEDY)
    after, before = (_time(options.get(name), where) for name in ("valid-after", "valid-before"))
    if sshsig.is_other_key(words[0], words[1]):
        return None
    return Signer(
        principals, sshsig.read_public_key(words[0], words[1], where), options.get("namespaces"), after, before
    )


def _time(text: str | None, where: str) -> datetime | None:
    """YYYYMMDD[Z] or YYYYMMDDHHMM[SS][Z]; without Z it is local time, as for ssh-keygen."""
    if text is None:
        return None
    found = _TIME.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        clock = (found[2] or "").ljust(6, "0")
        naive = datetime.strptime(found[1] + clock, "%Y%m%d%H%M%S")
    except ValueError as error:
        raise Refused(Code.SIGNERS_FILE, "A time is not of the form YYYYMMDD[HHMM[SS]][Z].", where, _REMEDY) from error
    return naive.replace(tzinfo=UTC) if found[3] else naive.astimezone()
