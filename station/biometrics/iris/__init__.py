"""Is this iris good enough? ISO/IEC 29794-6:2015 measures of an eye in near infrared, with what to do in words.

`boundaries` and `ellipses` find pupil and limbus, `lids` what covers them, `measures` holds the standard's formulas,
`lens` looks for contact lenses, `mirrored` for lamps and windows in the eye, `side` tells right from left, `code` knows
an eye again.
"""

from __future__ import annotations

from typing import Final

import msgspec

from station.biometrics.gates import IrisGate
from station.biometrics.iris.boundaries import MAX_PIXELS, WHOLE_LIMBUS, Circles, Grey, check, find_circles
from station.biometrics.iris.code import SAME_EYE, Code, distance, encode
from station.biometrics.iris.lens import LensSigns, look_for_lens
from station.biometrics.iris.lids import Cover, cover, square
from station.biometrics.iris.measures import Figures, measure
from station.biometrics.iris.mirrored import is_mirrored
from station.biometrics.iris.side import SideSigns, name_eyes, signs_of_side, split_pair
from station.biometrics.measures import scaled
from station.biometrics.samples import Measure, Position, Verdict

__all__ = [
    "MAX_PIXELS",
    "SAME_EYE",
    "Circles",
    "IrisResult",
    "assess",
    "distance",
    "examine",
    "find_circles",
    "name_eyes",
    "split_pair",
]

SHUT_CIRCULARITY: Final = 50.0
"""What is this far from round is no pupil but the rest of one between two lids."""
WHOLE_PUPIL: Final = 0.88
"""Share of the pupil's edge that an open eye shows. Measured: real and generated eyes 0.98 to 1, half-shut ones 0.64 to
0.84, circles found in coarse noise 0.78 to 0.94."""

FLAT: Final = 0.93
"""Short over long axis of a pupil that looks aside by more than 20 degrees."""


class _Seen(msgspec.Struct, frozen=True):
    """What the advice rests on, beside the measures that failed."""

    image: Grey
    circles: Circles
    figures: Figures
    over: Cover
    signs: LensSigns

    @property
    def shut(self) -> bool:
        """Is what was found as a pupil only a part of one, between two lids?"""
        return self.figures.circularity < SHUT_CIRCULARITY or self.circles.pupil_whole < WHOLE_PUPIL

    @property
    def turned(self) -> bool:
        """Is the pupil whole but flat: an eye that looks past the scanner?"""
        pupil = self.circles.pupil
        return self.circles.pupil_whole >= WHOLE_PUPIL and min(pupil.first, pupil.second) < FLAT * max(
            pupil.first, pupil.second
        )


class IrisResult(msgspec.Struct, frozen=True):
    """The verdict on one eye, with what else its picture says."""

    verdict: Verdict
    code: Code | None = None
    """To know the eye again; None where none was found."""
    side: Position | None = None
    """Which eye it looks like; None where that cannot be told."""
    lens: bool = False
    """A contact lens is suspected."""
    evidence: float = 0.0
    """For a right eye (positive) or a left one (negative)."""


def assess(image: Grey, gate: IrisGate) -> Verdict:
    """Judge one eye. Raises UnusableImage."""
    return examine(image, gate).verdict


def examine(image: Grey, gate: IrisGate) -> IrisResult:
    """Judge one eye and keep what else its picture says. Raises UnusableImage."""
    check(image)
    circles = find_circles(image)
    if circles is None:
        advice = "advice.iris.reflection" if is_mirrored(image) else "advice.iris.none"
        return IrisResult(Verdict(0, False, (Measure("found", 0, low=1),), advice))
    eye = square(image, circles)
    over = cover(eye)
    figures = measure(image, circles, eye, over)
    signs = look_for_lens(eye, over)
    side = signs_of_side(image, circles)
    measures = (Measure("found", 1, low=1), *_measures(circles, figures, over, signs, side, gate))
    failed = {one.name for one in measures if not one.passed}
    seen = _Seen(image, circles, figures, over, signs)
    shut = seen.shut or circles.limbus_whole < WHOLE_LIMBUS
    good = not failed and not shut
    return IrisResult(
        verdict=Verdict(
            score=0 if shut else min(scaled(one) for one in measures[1:]),
            good=good,
            measures=measures,
            advice=_advice(failed, seen),
        ),
        code=None if shut else encode(eye, over),
        side=None if shut else side.position,
        lens=signs.suspected,
        evidence=0.0 if shut else side.evidence,
    )


_CONTRAST: Final = {"sclera_contrast", "pupil_contrast"}
# In this order: the first that applies is the one to say. Without contrast neither size nor focus can be believed.
_ADVICE: Final = (
    ({"limbus"}, "advice.iris.contrast"),
    ({"usable_area"}, "advice.iris.open"),
    (_CONTRAST, "advice.iris.contrast"),
    ({"radius"}, "advice.iris.closer"),
    ({"sharpness"}, "advice.iris.still"),
    ({"concentricity"}, "advice.iris.straight"),
    ({"contact_lens", "lens_raster"}, "advice.iris.lens"),
    ({"circularity"}, "advice.iris.again"),
)
_MISLED: Final = {"usable_area", "pupil_contrast", "circularity", "pupil_ratio", "concentricity", "radius", "limbus"}
"""What a large reflection makes of an eye."""


def _advice(failed: set[str], seen: _Seen) -> str | None:
    """The most useful thing to say; of a good eye only that a lens is suspected."""
    if (seen.shut or failed & _MISLED) and is_mirrored(seen.image):
        return "advice.iris.reflection"
    # A limbus that is not there has no margin either.
    if "margin" in failed and "limbus" not in failed:
        return "advice.iris.centre"
    if "grey_utilisation" in failed:
        return "advice.iris.contrast"
    if seen.shut:
        return "advice.iris.straight" if seen.turned else "advice.iris.open"
    over = seen.over
    if "usable_area" in failed and over.share(over.glints) > over.share(over.upper | over.lower | over.lashes):
        return "advice.iris.reflection"
    if "pupil_ratio" in failed and not failed & (_CONTRAST | {"usable_area"}):
        return "advice.iris.light" if seen.figures.pupil_ratio > 50 else "advice.iris.dimmer"
    found = next((advice for names, advice in _ADVICE if names & failed), None)
    return found or ("advice.iris.lens" if seen.signs.suspected else None)


def _measures(
    circles: Circles, figures: Figures, over: Cover, signs: LensSigns, side: SideSigns, gate: IrisGate
) -> tuple[Measure, ...]:
    return (
        Measure("limbus", round(circles.limbus_whole, 2), low=WHOLE_LIMBUS),
        Measure("radius", round(circles.iris.radius, 1), low=gate.min_radius),
        Measure("usable_area", round(figures.usable_area, 1), low=gate.min_usable),
        Measure("sclera_contrast", round(figures.sclera_contrast, 1), low=gate.min_contrast),
        Measure("pupil_contrast", round(figures.pupil_contrast, 1), low=gate.min_pupil_contrast),
        Measure("circularity", round(figures.circularity, 1), low=gate.min_circularity),
        Measure("grey_utilisation", round(figures.grey_utilisation, 2), low=gate.min_utilisation),
        Measure("pupil_ratio", round(figures.pupil_ratio, 1), low=gate.min_pupil_ratio, high=gate.max_pupil_ratio),
        Measure("concentricity", round(figures.concentricity, 1), low=gate.min_concentricity),
        Measure("margin", round(figures.margin, 1), low=gate.min_margin),
        Measure("sharpness", round(figures.sharpness, 1), low=gate.min_sharpness),
        Measure("upper_lid", round(over.share(over.upper), 1)),
        Measure("lower_lid", round(over.share(over.lower), 1)),
        Measure("lashes", round(over.share(over.lashes), 1)),
        Measure("glints", round(over.share(over.glints), 1)),
        Measure("contact_lens", round(signs.edge, 1), high=gate.max_lens_edge),
        Measure("lens_raster", round(signs.raster, 1), high=gate.max_lens_raster),
        Measure("right_eye", round(side.evidence, 2)),
    )
