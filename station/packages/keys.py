"""The keys of a station, in `keys/` of its data folder.

station_ed25519(.pub)   signs packages; made on the station, never leaves it
recipients.txt          public age keys of office and escrow: what is sealed here, the station cannot open
office_signers          allowed_signers line of the office, whose receipts are believed
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from station import files
from station.packages.age import Recipients
from station.packages.problems import Code, Refused
from station.packages.signers import Signer
from station.packages.sshsig import PACKAGE_NAMESPACE, SigningKey

STATION_KEY: Final = "station_ed25519"
RECIPIENTS: Final = "recipients.txt"
OFFICE_SIGNERS: Final = "office_signers"


def station_key(folder: Path, station: str) -> SigningKey:
    """The station's signing key; made at the first call."""
    path = files.make_folder(folder) / STATION_KEY
    return SigningKey.load(path) if path.exists() else SigningKey.create(path, station)


def signer_of(station: str, key: SigningKey) -> Signer:
    """The station as the office lists it in allowed_signers."""
    return Signer(station, key.public, PACKAGE_NAMESPACE)


def trust_office(folder: Path, recipients: Recipients, office: Signer) -> None:
    """Install the office's public keys. Raises Refused where others are installed."""
    wanted = {
        RECIPIENTS: "".join(f"{key}\n" for key in recipients.keys).encode(),
        OFFICE_SIGNERS: f"{office.line()}\n".encode(),
    }
    for name, data in wanted.items():
        path = files.make_folder(folder) / name
        if path.exists() and path.read_bytes() != data:
            raise Refused(Code.EXISTS, "Another office's keys are installed.", name, "Set the station up anew.")
    files.write_all_durably([(folder / name, data) for name, data in wanted.items()])
