"""The one thing to say: of all that is wrong with a portrait, what helps first.

Order matters: who stands too far away is told to come closer, not that the picture is dark, nor is who hides the eyes
behind dark glasses; light comes before expression, since what is measured in the dark is doubtful; the room behind
comes last, it is the operator's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from station.biometrics.face.backdrop import Backdrop
from station.biometrics.samples import Measure

UNSOUND: Final = frozenset({"upright", "confidence", "plausible", "mesh", "misfit", "turn"})
"""With one of these nothing else that was measured can be believed."""
BACKDROP: Final = frozenset({"backdrop_hue_error", "backdrop_saturation", "backdrop_chroma"})
ROOM: Final = BACKDROP | {"background_gradient", "background_clutter", "background_edges", "natural_colour"}
"""What the student can do nothing about."""
HIDDEN: Final = "advice.face.hidden"
_MARGINS: Final = frozenset({"margin_left", "margin_right", "margin_above", "margin_below"})

_ORDER: Final[tuple[tuple[frozenset[str], str], ...]] = (
    (frozenset({"upright"}), "advice.face.level"),
    (UNSOUND, "advice.face.straight"),
    (frozenset({"eye_distance"}), "advice.face.closer"),
    (frozenset({"offset_x", "offset_y"}), "advice.face.centre"),
    (frozenset({"eye_contrast"}), "advice.face.glasses"),
    (frozenset({"eye_balance"}), HIDDEN),
    (frozenset({"grey", "highlights", "dynamic_range"}), "advice.face.dark"),
    (frozenset({"over_exposed"}), "advice.face.bright"),
    (frozenset({"roll"}), "advice.face.level"),
    (frozenset({"yaw"}), "advice.face.straight"),
    (frozenset({"pitch"}), "advice.face.straight"),
    (frozenset({"glare"}), "advice.face.glasses"),
    (frozenset({"side_light", "vertical_light"}), "advice.face.uneven"),
    (frozenset({"motion"}), "advice.face.still"),
    (frozenset({"sharpness", "directional_sharpness"}), "advice.face.blurred"),
    (frozenset({"eyes_open"}), "advice.face.eyes"),
    (frozenset({"shadows"}), "advice.face.bright"),
    (frozenset({"mouth_contrast", "cover"}), "advice.face.covered"),
    (frozenset({"mouth_open"}), "advice.face.mouth"),
    (frozenset({"natural_colour"}), "advice.face.colour"),
    (BACKDROP, "advice.face.backdrop"),
    (ROOM, "advice.face.background"),
)
_SIGNED: Final = {
    ("yaw", False): "advice.face.turn-left",
    ("yaw", True): "advice.face.turn-right",
    ("pitch", False): "advice.face.chin-down",
    ("pitch", True): "advice.face.chin-up",
}
"""By measure, and whether it is over its upper limit: who looks to the own left is to turn right."""


def advice(measures: Sequence[Measure], backdrop: Backdrop | None) -> str | None:
    """The message id of the most useful thing to say; None where nothing is wrong."""
    wrong = {measure.name: measure for measure in measures if not measure.passed}
    if not wrong:
        return None
    if _MARGINS & wrong.keys() and not (UNSOUND | {"eye_distance"}) & wrong.keys():
        return _fit(measures, wrong)
    if wrong.keys() & {"eyes_open", "side_light"} and "eye_contrast" not in wrong:
        # A shut eye, or one in the shadow of the nose, is plainer than the other, too.
        wrong.pop("eye_balance", None)
    names, message = next(entry for entry in _ORDER if entry[0] & wrong.keys())
    if names == {"eye_contrast"} and "eye_balance" in wrong:
        return HIDDEN
    if "grey" in wrong and message == "advice.face.dark" and _over(wrong["grey"]):
        return "advice.face.bright"
    if names & {"yaw", "pitch"}:
        (measure,) = (wrong[name] for name in names)
        return _SIGNED[measure.name, _over(measure)]
    if names == BACKDROP and backdrop is not None:
        return f"{message}-{backdrop}"
    return message


def _fit(measures: Sequence[Measure], wrong: dict[str, Measure]) -> str:
    """A head that is cut: move it, where the picture has room for it, else step back."""
    value = {measure.name: measure.value for measure in measures}
    limit = {measure.name: measure.low or 0.0 for measure in measures}
    for one, other in (("margin_left", "margin_right"), ("margin_above", "margin_below")):
        if wrong.keys() & {one, other} and value[one] + value[other] < 1.05 * (limit[one] + limit[other]):
            return "advice.face.further"
    return "advice.face.centre"


def _over(measure: Measure) -> bool:
    return measure.high is not None and measure.value > measure.high
