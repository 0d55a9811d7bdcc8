"""What was seen of a face, as measures against the gate: native value, limits, OFIQ-scaled value."""

from __future__ import annotations

from math import cos, radians
from typing import Final

import msgspec

from station.biometrics.face import ofiq
from station.biometrics.face.aligned import Aligned
from station.biometrics.face.backdrop import Backdrop, BackdropSeen, Shade, hue_error
from station.biometrics.face.cover import measure_cover, measure_mouth
from station.biometrics.face.detection import FoundFace
from station.biometrics.face.eyes import Lids
from station.biometrics.face.glasses import measure_eyes, measure_glare
from station.biometrics.face.light import measure_light
from station.biometrics.face.mesh import Mesh
from station.biometrics.face.pose import Pose, pose_of
from station.biometrics.face.sharpness import measure_sharpness
from station.biometrics.gates import FaceGate
from station.biometrics.samples import Measure

SEEN: Final = 0.5
"""The mesh's score from which it has a face before it."""


class Seen(msgspec.Struct, frozen=True, eq=False):
    """One face of one picture, by all models."""

    face: FoundFace
    mesh: Mesh
    lids: tuple[Lids, Lids]
    """The right eye's, the left one's."""
    backdrop: BackdropSeen | None
    light: tuple[Measure, ...]
    width: int
    height: int
    """Of the picture."""
    number: int = 0
    """Counts live frames: whose turn is next."""


def measures_of(seen: Seen, gate: FaceGate, wanted: Backdrop | None) -> tuple[Measure, ...]:
    """All measures of one face in one picture."""
    pose = pose_of(seen.mesh)
    return (
        *_plausible(seen.face, seen.mesh, pose, gate),
        *_geometry(seen, pose, gate),
        *_pose(pose, gate),
        *_expression(seen.mesh, seen.lids, gate),
        *seen.light,
        *_background(seen.backdrop, gate, wanted),
    )


def count_of(faces: tuple[FoundFace, ...]) -> Measure:
    """How many faces there are, largest first."""
    areas = sorted((face.width * face.height for face in faces), reverse=True)
    second = areas[1] / areas[0] if len(areas) > 1 else 0.0
    return Measure(
        "faces", len(faces), low=1, high=1, scaled=ofiq.scale("SingleFacePresent", second) if faces else None
    )


def motion_of(face: FoundFace, before: FoundFace, gate: FaceGate) -> Measure:
    """How far a face moved since the last frame."""
    (ax, ay), (bx, by) = before.middle, face.middle
    moved = float(((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5) / max(face.eye_distance, 1.0)
    return Measure("motion", round(moved, 3), high=gate.max_motion)


def _graded(name: str, ofiq_name: str, value: float, low: float | None = None, high: float | None = None) -> Measure:
    return Measure(name, round(float(value), 4), low=low, high=high, scaled=ofiq.scale(ofiq_name, value))


def _plausible(face: FoundFace, mesh: Mesh, pose: Pose, gate: FaceGate) -> tuple[Measure, ...]:
    """The guard against profiles and what is no face: what the mesh says is void unless these hold."""
    return (
        Measure("confidence", round(face.confidence, 3), low=gate.min_confidence),
        Measure("plausible", float(face.sane), low=0.5),
        Measure("mesh", round(mesh.score, 3), low=SEEN),
        Measure("misfit", round(pose.misfit, 3), high=gate.max_misfit),
        Measure("turn", round(face.turn, 3), high=gate.max_turn),
    )


def _geometry(seen: Seen, pose: Pose, gate: FaceGate) -> tuple[Measure, ...]:
    width, height, mesh = seen.width, seen.height, seen.mesh
    right, left = mesh.eyes
    middle = (right + left) / 2
    distance, tall = max(mesh.eye_distance, 1.0), max(mesh.height, 1.0)
    x, y = seen.face.middle
    return (
        _graded(
            "eye_distance",
            "InterEyeDistance",
            distance / max(cos(radians(pose.yaw)), 0.2),
            low=gate.min_eye_distance,
        ),
        _graded("head_size", "HeadSize", tall / height),
        _graded("margin_left", "LeftwardCropOfTheFaceImage", right[0] / distance, low=gate.min_margin_side),
        _graded("margin_right", "RightwardCropOfTheFaceImage", (width - left[0]) / distance, low=gate.min_margin_side),
        _graded("margin_above", "MarginAboveOfTheFaceImage", middle[1] / tall, low=gate.min_margin_above),
        _graded("margin_below", "MarginBelowOfTheFaceImage", (height - middle[1]) / tall, low=gate.min_margin_below),
        Measure("offset_x", round(abs(x / width - 0.5), 3), high=gate.max_offset_x),
        Measure("offset_y", round(abs(y / height - 0.5), 3), high=gate.max_offset_y),
    )


def _pose(pose: Pose, gate: FaceGate) -> tuple[Measure, ...]:
    limits = (
        ("yaw", pose.yaw, gate.max_yaw),
        ("pitch", pose.pitch, gate.max_pitch),
        ("roll", pose.roll, gate.max_roll),
    )
    return tuple(
        Measure(name, round(angle, 1), low=-limit, high=limit, scaled=ofiq.scale(f"HeadPose{name.title()}", angle))
        for name, angle, limit in limits
    )


def _expression(mesh: Mesh, lids: tuple[Lids, Lids], gate: FaceGate) -> tuple[Measure, ...]:
    gap = min(eye.gap for eye in lids) / max(mesh.height, 1.0)
    return (
        _graded("eyes_open", "EyesOpen", gap, low=gate.min_eyes_open),
        _graded("mouth_open", "MouthClosed", mesh.mouth_gap, high=gate.max_mouth_open),
    )


def light_of(aligned: Aligned, gate: FaceGate) -> tuple[Measure, ...]:
    """How the face is lit and how sharp it is."""
    light, sharpness, eyes = measure_light(aligned), measure_sharpness(aligned), measure_eyes(aligned)
    return (
        Measure("grey", round(light.grey, 1), low=gate.min_grey, high=gate.max_grey),
        Measure("highlights", round(light.highlights, 1), low=gate.min_highlights),
        Measure("shadows", round(light.shadows, 1), high=gate.max_shadows),
        _graded("luminance_mean", "LuminanceMean", light.luminance_mean),
        _graded("luminance_variance", "LuminanceVariance", light.luminance_variance),
        _graded("under_exposed", "UnderExposurePrevention", light.under_exposed),
        _graded("over_exposed", "OverExposurePrevention", light.over_exposed, high=gate.max_over_exposed),
        _graded("dynamic_range", "DynamicRange", light.dynamic_range, low=gate.min_dynamic_range),
        _graded("light_uniformity", "IlluminationUniformity", light.uniformity),
        Measure("side_light", round(light.side_light, 2), high=gate.max_side_light),
        Measure("vertical_light", round(light.vertical_light, 2), high=gate.max_vertical_light),
        _graded("natural_colour", "NaturalColour", light.natural_colour, high=gate.max_unnatural),
        Measure("glare", round(measure_glare(aligned), 4), high=gate.max_glare),
        Measure("eye_contrast", round(eyes.contrast, 3), low=gate.min_eye_contrast),
        Measure("eye_balance", round(eyes.balance, 3), low=gate.min_eye_balance),
        Measure("mouth_contrast", round(measure_mouth(aligned), 3), low=gate.min_mouth_contrast),
        Measure("cover", round(measure_cover(aligned), 1), high=gate.max_cover),
        Measure("sharpness", round(sharpness.overall, 3), low=gate.min_sharpness),
        Measure("directional_sharpness", round(sharpness.directional, 3), low=gate.min_directional_sharpness),
    )


def _background(seen: BackdropSeen | None, gate: FaceGate, wanted: Backdrop | None) -> tuple[Measure, ...]:
    if seen is None:
        return ()
    plain = (
        _graded("background_gradient", "BackgroundUniformity", seen.gradient, high=gate.max_gradient),
        Measure("background_clutter", round(seen.clutter, 3), high=gate.max_clutter),
        Measure("background_edges", round(seen.edges, 3), high=gate.max_edges),
    )
    if wanted is None or not gate.check_backdrop:
        return (*plain, *_plain_colour(seen.colour))
    return (*plain, *colour_of(seen.colour, wanted, gate))


def _plain_colour(shade: Shade) -> tuple[Measure, ...]:
    """The colour of a backdrop of which none is asked for."""
    return (
        Measure("backdrop_hue", round(shade.hue, 1)),
        Measure("backdrop_saturation", round(shade.saturation, 3)),
        Measure("backdrop_chroma", round(shade.chroma, 3)),
    )


def colour_of(shade: Shade, wanted: Backdrop, gate: FaceGate) -> tuple[Measure, ...]:
    """How far a backdrop has the colour that is wanted."""
    hue, error, saturation = {
        Backdrop.RED: (gate.odd_hue, gate.odd_hue_error, gate.odd_saturation),
        Backdrop.BLUE: (gate.even_hue, gate.even_hue_error, gate.even_saturation),
    }[wanted]
    return (
        Measure("backdrop_hue_error", round(hue_error(shade.hue, hue), 1), high=error),
        Measure("backdrop_saturation", round(shade.saturation, 3), low=saturation),
        Measure("backdrop_chroma", round(shade.chroma, 3), low=gate.min_chroma),
    )
