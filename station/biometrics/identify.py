"""Has this person been recorded before? A few fingers of one student against those of all others.

Bozorth3 scores of the same positions, summed: two strangers share by chance what one pair of prints has in common,
hardly ever two pairs at once. Takes some 2 ms a pair of prints, so two fingers against 500 students are 1,000 pairs
and 2 s; run it in a worker process, a few hundred students a call, and join the results with `best`.
A candidate is a hint for the operator, who sees both faces; never a refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from station.biometrics import nbis
from station.biometrics.match import THRESHOLD, Template
from station.biometrics.samples import Position

ALONE: Final = THRESHOLD + 20
"""Score of one finger alone that makes a candidate: more than 1:1, for there are hundreds of tries."""
MORE: Final = 20
"""Added for each further finger. Measured on generated fingers (7,140 pairs of strangers' prints, at most 38): two of
strangers reach 50 together in 1 of 1,200 pairs of people, 60 in 1 of 26,000, so 80 in some 1 of 10 million, which is
1 false alarm in 25,000 searches among 500 students. Two of the same person reach 200 to 400."""


class Enrolled(msgspec.Struct, frozen=True):
    """The templates of one student who was recorded before."""

    student: str
    """Any id; it is only handed back."""
    templates: tuple[Template, ...]


class Candidate(msgspec.Struct, frozen=True):
    """A student who is probably the same person."""

    student: str
    score: int
    """Sum over the fingers."""
    fingers: dict[Position, int]
    """Bozorth3 score of each position that both have."""


def identify(probe: Sequence[Template], known: Sequence[Enrolled]) -> tuple[Candidate, ...]:
    """Those of `known` whose fingers match the `probe`'s, best first. Positions that only one side has are left out."""
    fingers = {template.position: template.record for template in probe if template.record}
    with ThreadPoolExecutor(nbis.THREADS) as pool:
        found = pool.map(lambda other: _compare(fingers, other), known)
        return best([candidate for candidate in found if candidate.score >= threshold(len(candidate.fingers))])


def best(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Candidates of several calls in one order, best first."""
    return tuple(sorted(candidates, key=lambda candidate: (-candidate.score, candidate.student)))


def threshold(fingers: int) -> int:
    """The sum from which so many compared fingers make a candidate."""
    return ALONE + MORE * max(fingers - 1, 0)


def _compare(fingers: dict[Position, bytes], other: Enrolled) -> Candidate:
    scores = {
        template.position: nbis.compare(fingers[template.position], template.record)
        for template in other.templates
        if template.position in fingers and template.record
    }
    return Candidate(student=other.student, score=sum(scores.values()), fingers=scores)
