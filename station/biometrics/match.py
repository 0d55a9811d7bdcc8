"""Is this the same finger? Minutiae records compared 1:1 by Bozorth3, and duplicates found among many.

A score is a hint for the operator, never a refusal by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics import nbis
from station.biometrics.samples import Position

THRESHOLD: Final = 40
"""Bozorth3 score from which two prints are called the same finger: the value that NIST's NBIS user guide
names for a true match. On generated prints: mated 86 and more (90 pairs), non-mated at most 35 (2,685 pairs)."""


class Template(msgspec.Struct, frozen=True):
    """The minutiae of one finger as an ISO/IEC 19794-2:2005 record."""

    position: Position
    record: bytes


class Duplicate(msgspec.Struct, frozen=True):
    """Two positions that carry one and the same finger."""

    first: Position
    second: Position
    score: int


def extract(position: Position, image: NDArray[np.uint8], ppi: int) -> Template:
    """The template of a grey print. Raises UnusableImage."""
    return Template(position=position, record=nbis.read_minutiae(nbis.to_500_ppi(image, ppi)))


def match(probe: Template, reference: Template) -> int:
    """Bozorth3 score: 0 and up; `THRESHOLD` and more means the same finger."""
    return nbis.compare(probe.record, reference.record)


def find_duplicates(
    templates: Sequence[Template], earlier: Sequence[Template] = (), threshold: int = THRESHOLD
) -> tuple[Duplicate, ...]:
    """Fingers that were laid down under two positions: within `templates`, and against `earlier` ones.

    A repeat of the same position is no duplicate. Ten fingers are 45 pairs, some 0.1 s.
    """
    pairs = [*combinations(templates, 2), *((new, old) for new in templates for old in earlier)]
    return tuple(
        Duplicate(first=new.position, second=old.position, score=score)
        for new, old in pairs
        if new.position is not old.position and (score := match(new, old)) >= threshold
    )
