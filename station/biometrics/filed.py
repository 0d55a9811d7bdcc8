"""What the gates say of a picture or time series in a file: the sums behind `station quality`.

Files come from anywhere, so each is read by `reading` first. Fingers need their resolution, from the file or from
who asks; a portrait and an eye do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from station.biometrics import face, finger, iris, nbis, scanned, segment, signature, slaps
from station.biometrics.gates import Gates
from station.biometrics.measures import scaled
from station.biometrics.nbis import UnusableImage
from station.biometrics.reading import Pixels, Reading, grey, read_bytes, read_picture
from station.biometrics.samples import SLAPS, Measure, Position, Verdict

MOST_PLATEN_PIXELS: Final = 4 * nbis.MAX_PIXELS
MOST_SERIES_BYTES: Final = 16 * 1024 * 1024


class Subject(StrEnum):
    """What the file is a picture of."""

    FACE = "face"
    FINGER = "finger"
    SLAP = "slap"
    IRIS = "iris"
    SIGNATURE = "signature"


class Found(msgspec.Struct, frozen=True):
    """One measure as it is reported."""

    name: str
    native: float
    scaled: float | None
    """0 to 100: by the published mapping where the measure has one, else so that the gate's limit is 50."""
    low: float | None
    high: float | None
    passed: bool


class Said(msgspec.Struct, frozen=True):
    """The gate's verdict as it is reported."""

    good: bool
    score: int
    advice: str | None = None


class Judged(msgspec.Struct, frozen=True, omit_defaults=True):
    """What there is to say of one file, or of one finger or eye in it; an error where nothing can be said."""

    file: str
    kind: str
    position: str = ""
    """Which finger or eye, where that is known."""
    verdict: Said | None = None
    measures: tuple[Found, ...] = ()
    error: str = ""

    @property
    def good(self) -> bool:
        return self.verdict is not None and self.verdict.good


class Wanted(msgspec.Struct, frozen=True):
    """What the asker knows of the files."""

    ppi: int = 0
    """Pixels per inch, over what the file says; 0 for the file's own."""
    position: Position | None = None
    """Which slap; None for the likeliest."""
    missing: tuple[Position, ...] = ()
    """Fingers that the person does not have."""
    backdrop: face.Backdrop | None = None
    """What a portrait is to have behind it; None: any one colour."""


def judge_file(path: Path, subject: Subject, wanted: Wanted, gates: Gates) -> tuple[Judged, ...]:
    """The verdicts on a file: one, or one for each finger or eye in it. Never raises for what a file holds."""
    try:
        return tuple(
            _reported(str(path), subject, position, verdict)
            for position, verdict in _verdicts(path, subject, wanted, gates)
        )
    except UnusableImage as error:
        return (Judged(file=str(path), kind=subject, error=str(error)),)


def _verdicts(path: Path, subject: Subject, wanted: Wanted, gates: Gates) -> Sequence[tuple[str, Verdict]]:
    if subject is Subject.FACE:
        return [("", _face(read_picture(path), wanted, gates))]
    if subject is Subject.IRIS:
        return _irises(read_picture(path, iris.MAX_PIXELS), gates)
    if subject is Subject.SIGNATURE:
        return [("", _signature(path, wanted, gates))]
    reading = read_picture(path, MOST_PLATEN_PIXELS)
    _refuse_two_levels(reading, "A finger print")
    ppi = _ppi(reading, wanted)
    if not ppi:
        raise UnusableImage("The file does not say how many pixels an inch has. Give it with --ppi, for example 500.")
    if subject is Subject.SLAP:
        return slap_verdicts(reading, ppi, wanted, gates)
    return [("", finger.assess(grey(reading.pixels), ppi, gates.finger))]


def slap_verdicts(reading: Reading, ppi: int, wanted: Wanted, gates: Gates) -> Sequence[tuple[str, Verdict]]:
    """The whole slap, then each finger of it with its place. Without a position the likeliest hand is taken; where a
    part of a slap does not tell which it is of, all is judged and nothing named."""
    pixels = grey(reading.pixels)
    slap, told = (
        (wanted.position, True) if wanted.position else _likeliest(nbis.to_500_ppi(pixels, ppi), wanted.missing)
    )
    found = slaps.examine(pixels, ppi, slap, wanted.missing, gates.finger)
    judged = [(str(slap), found.verdict), *((str(one.position), _placed(one)) for one in found.fingers)]
    return judged if told else [("", verdict) for _, verdict in judged]


def _likeliest(at_500: Pixels, missing: Sequence[Position]) -> tuple[Position, bool]:
    """The slap of which the fewest fingers are lacking or too many; of two, that with more fingers or proportions.

    And whether the picture tells: a part of a slap may be of several.
    """
    views = {slap: slaps.look(at_500, slap, missing) for slap in SLAPS}

    def faults(slap: Position) -> tuple[bool, int, int, float]:
        view = views[slap]
        wrong = len(view.lacking) + len(view.unasked) + view.extra
        return view.upside_down, wrong, -len(view.fingers), view.preference

    thumbs, likeliest = views[Position.THUMBS], min(SLAPS, key=faults)
    if not thumbs.code and all(_lies_within(found, thumbs) for _, found in views[likeliest].fingers):
        # The corners of two broad thumbs are no four fingers.
        return Position.THUMBS, True
    view = views[likeliest]
    return likeliest, not (view.fingers and view.lacking) or view.upside_down


def _lies_within(found: segment.Finger, whole: slaps.SlapView) -> bool:
    """Does the middle of a finger's end lie within one of these fingers?"""
    return any(
        abs(found.x - other.x) < other.width / 2 and abs(found.y - other.y) < other.height / 2
        for _, other in whole.fingers
    )


def _placed(one: slaps.SlapFinger) -> Verdict:
    """A finger's verdict with its box: middle, size, in pixels at 500 ppi."""
    box = (("x", one.x), ("y", one.y), ("width", one.width), ("height", one.height))
    measures = (*one.verdict.measures, *(Measure(name, value) for name, value in box))
    return msgspec.structs.replace(one.verdict, measures=measures)


def _face(reading: Reading, wanted: Wanted, gates: Gates) -> Verdict:
    _refuse_two_levels(reading, "A portrait")
    pixels = reading.pixels
    if pixels.ndim == 2:
        pixels = pixels[..., None].repeat(3, axis=2)
    return face.assess(pixels, gates.face, wanted.backdrop)


def _irises(reading: Reading, gates: Gates) -> Sequence[tuple[str, Verdict]]:
    _refuse_two_levels(reading, "An eye")
    pixels = grey(reading.pixels)
    pair = iris.split_pair(pixels)
    if pair:
        return [(str(position), iris.assess(eye, gates.iris)) for position, eye in pair]
    result = iris.examine(pixels, gates.iris)
    return [(str(result.side or ""), result.verdict)]


def _signature(path: Path, wanted: Wanted, gates: Gates) -> Verdict:
    data = read_bytes(path)
    if data[:64].lstrip()[:1] in (b"{", b"["):
        if len(data) > MOST_SERIES_BYTES:
            raise UnusableImage(f"A time series of {len(data):,} bytes is more than anybody signs.")
        ink, size_mm = signature.read_series(data)
        return signature.assess(ink, gates.signature, size_mm)
    reading = read_picture(path, MOST_PLATEN_PIXELS)
    return scanned.assess_picture(grey(reading.pixels), _ppi(reading, wanted), gates.signature)


def _ppi(reading: Reading, wanted: Wanted) -> int:
    """Pixels per inch by who asks or by the file, 0 where neither says. Raises UnusableImage for two of them."""
    if not wanted.ppi and reading.uneven_ppi is not None:
        across, down = reading.uneven_ppi
        raise UnusableImage(
            f"The file says {across} pixels per inch across and {down} down. Save it with the same both ways."
        )
    return wanted.ppi or reading.ppi


def _refuse_two_levels(reading: Reading, what: str) -> None:
    if reading.two_levels:
        raise UnusableImage(f"{what} needs grey levels; this picture has only black and white. Scan it as 8-bit grey.")


def _reported(file: str, subject: Subject, position: str, verdict: Verdict) -> Judged:
    return Judged(
        file=file,
        kind=subject,
        position=position,
        verdict=Said(verdict.good, verdict.score, verdict.advice),
        measures=tuple(_found(measure) for measure in verdict.measures),
    )


def _found(measure: Measure) -> Found:
    on_gate = None if measure.low is None and measure.high is None else float(scaled(measure))
    return Found(
        name=measure.name,
        native=float(measure.value),
        scaled=measure.scaled if measure.scaled is not None else on_gate,
        low=measure.low,
        high=measure.high,
        passed=measure.passed,
    )
