"""Directing the bench from outside its process: one JSON line there, one JSON line back.

The socket's place is written in `rig.json` in the bench's folder, because socket paths are short and
the day's folder may not be.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final

import msgspec

from station.errors import StationError

RIG_FILE: Final = "rig.json"
ANSWER_SECONDS: Final = 30.0
"""A signature is played in its own time before the answer comes."""


class Enter(msgspec.Struct, frozen=True, tag="enter"):
    """A person steps in front of the devices."""

    person: str
    behaviour: str = ""


class Leave(msgspec.Struct, frozen=True, tag="leave"):
    """The person in front of the devices goes away."""


class Sign(msgspec.Struct, frozen=True, tag="sign"):
    """The person signs on the pad, `pace` times as fast as people do (0: at once)."""

    pace: float = 1.0


class Scan(msgspec.Struct, frozen=True, tag="scan"):
    """A code is held to the code reader."""

    text: str


class Lay(msgspec.Struct, frozen=True, tag="lay"):
    """A paper is laid under the document camera."""

    person: str
    document: str


class SetFault(msgspec.Struct, frozen=True, tag="fault"):
    """A named fault of one device begins or ends; `plug` and `unplug` too."""

    device: str
    name: str


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """How things stand."""


Command = Enter | Leave | Sign | Scan | Lay | SetFault | Ask


class Answer(msgspec.Struct, frozen=True):
    """`error` is empty when the command was carried out. `devices` gives each device's faults."""

    error: str = ""
    devices: dict[str, tuple[str, ...]] = {}


class RigFile(msgspec.Struct, frozen=True):
    """What stands in rig.json."""

    control: str
    pid: int


class BenchError(StationError):
    """The bench cannot be directed; the message says why."""


def send(folder: Path, command: Command) -> Answer:
    """Have the bench that runs in `folder` carry out a command. Raises BenchError."""
    if not (folder / RIG_FILE).exists():
        raise BenchError(
            f"No bench runs in {folder}.",
            f"Start one with `station run --bench --data {folder.parent}`, or name another folder by --data.",
        )
    try:
        rig = msgspec.json.decode((folder / RIG_FILE).read_bytes(), type=RigFile)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(rig.control)
            connection.sendall(msgspec.json.encode(command) + b"\n")
            with connection.makefile("rb") as lines:
                answer = msgspec.json.decode(lines.readline(), type=Answer)
    except (OSError, msgspec.DecodeError) as error:
        raise BenchError(
            f"The bench in {folder} does not answer: {error}.", "Was it killed? Start it again: station bench devices."
        ) from error
    if answer.error:
        raise BenchError(answer.error)
    return answer
