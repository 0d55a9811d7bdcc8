"""Search one student's prints among many others' (1:N)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from station.biometrics.match import THRESHOLD, Template, match


class Candidate(msgspec.Struct, frozen=True):
    """Somebody who may be the same person."""

    key: str
    score: int


def search(probes: Sequence[Template], others: Mapping[str, Sequence[Template]]) -> tuple[Candidate, ...]:
    """Those of `others` whose prints look like the probes', best first."""
    found = []
    for key, templates in others.items():
        scores = [match(probe, other) for probe in probes for other in templates if probe.position is other.position]
        if scores and max(scores) >= THRESHOLD:
            found.append(Candidate(key, sum(score for score in scores if score >= THRESHOLD)))
    return tuple(sorted(found, key=lambda candidate: -candidate.score))
