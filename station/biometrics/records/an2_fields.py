"""Names of the fields of ANSI/NIST-ITL 1-2011 (update 2015) that identity records use, for telling a file.

Fields that are not listed are told by the mnemonic that nistitl knows, or by their number.
"""

from __future__ import annotations

from typing import Final

import nistitl

_SOURCE: Final = {4: "Source agency", 6: "Horizontal line length", 7: "Vertical line length", 8: "Scale units"}
_SCALE: Final = {9: "Transmitted horizontal pixel scale", 10: "Transmitted vertical pixel scale"}
_IMAGE: Final = {
    **_SOURCE, **_SCALE, 1: "Record header (length)", 2: "Information designation character",
    11: "Compression algorithm", 999: "Image data",
}  # fmt: skip

NAMES: Final[dict[int, dict[int, str]]] = {
    1: {
        1: "Record header (length)", 2: "Version", 3: "Transaction content", 4: "Type of transaction", 5: "Date",
        6: "Priority", 7: "Destination agency identifier", 8: "Originating agency identifier",
        9: "Transaction control number", 10: "Transaction control reference", 11: "Native scanning resolution",
        12: "Nominal resolution", 13: "Domain name", 14: "Greenwich mean time", 15: "Character encoding",
        16: "Application profile specifications", 17: "Agency names", 18: "Geographic name set",
    },
    2: {1: "Record header (length)", 2: "Information designation character"},
    10: _IMAGE | {
        3: "Image type", 5: "Photo capture date", 12: "Color space", 13: "Subject acquisition profile",
        16: "Scanned horizontal pixel scale", 17: "Scanned vertical pixel scale", 20: "Subject pose",
        21: "Pose offset angle", 23: "Photo acquisition source", 24: "Subject quality score",
    },
    14: _IMAGE | {
        3: "Impression type", 5: "Fingerprint capture date", 12: "Bits per pixel",
        13: "Friction ridge generalized position",
        14: "Print position descriptors", 15: "Print position coordinates", 16: "Scanned horizontal pixel scale",
        17: "Scanned vertical pixel scale", 18: "Amputated or bandaged", 20: "Comment",
        21: "Finger segment position", 22: "NIST quality metric", 23: "Segmentation quality metric",
        24: "Fingerprint quality metric", 25: "Alternate finger segment position", 30: "Device monitoring mode",
        31: "Subject acquisition profile - fingerprint",
    },
    17: _IMAGE | {
        3: "Eye label", 5: "Iris capture date", 12: "Bits per pixel", 13: "Color space",
        14: "Rotation angle of eye", 15: "Rotation uncertainty", 16: "Image property code",
        17: "Device unique identifier",
        19: "Make/model/serial number", 20: "Eye color", 21: "Comment", 22: "Scanned horizontal pixel scale",
        23: "Scanned vertical pixel scale", 24: "Image quality score", 25: "Effective acquisition spectrum",
        26: "Iris diameter", 28: "Damaged or missing eye", 31: "Subject acquisition profile - iris",
        32: "Iris storage format",
    },
}  # fmt: skip

OWN_DOMAIN: Final = ("KTP-EL-STATION", "1.0")
OWN_FIELDS: Final = {
    3: "Package id", 4: "NIK", 5: "Name", 6: "Sex", 7: "Date of birth", 8: "Place of birth",
}  # fmt: skip
"""The Type-2 fields of the station's own domain; every domain has others."""


def name_of(record: int, field: int) -> str:
    """What the standard calls a field, as far as it is known here."""
    known = NAMES.get(record, {}).get(field)
    if known is not None:
        return known
    mnemonic = nistitl.ALIASES.get(record, {}).get(field)
    return str(mnemonic) if mnemonic else "User-defined field"
