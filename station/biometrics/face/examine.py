"""Is this a portrait? The verdict on a picture, and the one thing to say.

Of a live frame is measured what must be known of each: the mesh, pose and mouth. What changes more slowly takes turns
through six frames: the right eye, the backdrop, the light, the left eye, the light again; the rest is known from
before. That keeps a look under twice the time of finding the face and laying the mesh. A still is measured whole,
with a second look of the mesh.
"""

from __future__ import annotations

from typing import Final

import msgspec

from station.biometrics.face import advise
from station.biometrics.face.aligned import Aligned
from station.biometrics.face.backdrop import Backdrop, measure_backdrop
from station.biometrics.face.detection import (
    SURE,
    Colour,
    FoundFace,
    find_faces,
    search_faces,
    sure_upside_down,
)
from station.biometrics.face.eyes import Eye, look_at_eye
from station.biometrics.face.holding import hold
from station.biometrics.face.measured import SEEN, Seen, count_of, light_of, measures_of, motion_of
from station.biometrics.face.mesh import Mesh, find_mesh, find_mesh_closely
from station.biometrics.gates import FaceGate
from station.biometrics.measures import scaled
from station.biometrics.samples import Measure, Verdict

BYSTANDER: Final = 0.3
"""A face with less than this share of the largest one's eye distance stands in the queue, not in the picture."""
DOUBTFUL: Final = 6
"""So many faces of which YuNet is not sure are looked at again, the largest first."""
TURNS: Final = 6
"""Live frames through which eyes, light and backdrop take turns."""


class FaceResult(msgspec.Struct, frozen=True, eq=False):
    """The verdict on a picture, and what the next frame can use of it."""

    verdict: Verdict
    seen: Seen | None = None
    """The one face, where there is one."""
    mesh: Mesh | None = None
    """Where the face is, when it looks this way."""

    @property
    def present(self) -> bool:
        """Is one face there, seen from the front?"""
        return self.mesh is not None

    @property
    def ready(self) -> bool:
        """Is everything right that the student can do something about? What stands behind is the operator's."""
        failed = {measure.name for measure in self.verdict.measures if not measure.passed}
        return self.present and not failed - advise.ROOM


def assess(rgb: Colour, gate: FaceGate, backdrop: Backdrop | None = None) -> Verdict:
    """Judge a still; `backdrop` is what the birth year asks for, where that is known. Raises UnusableImage."""
    return examine_still(rgb, gate, backdrop).verdict


def examine_still(rgb: Colour, gate: FaceGate, backdrop: Backdrop | None = None) -> FaceResult:
    """Judge a still, and say where the face is. Raises UnusableImage."""
    faces = _counting(rgb, search_faces(rgb))
    if len(faces) != 1:
        return _refused(faces)
    mesh = find_mesh_closely(rgb, faces[0])
    lids = (look_at_eye(rgb, mesh, Eye.RIGHT), look_at_eye(rgb, mesh, Eye.LEFT))
    aligned = Aligned(rgb, mesh)
    seen = Seen(faces[0], mesh, lids, measure_backdrop(aligned), light_of(aligned, gate), rgb.shape[1], rgb.shape[0])
    upright = Measure("upright", round(faces[0].confidence - sure_upside_down(rgb), 3), low=0.0)
    return _judged(seen, (count_of(faces), upright, *measures_of(seen, gate, backdrop)), backdrop)


def examine(
    rgb: Colour, gate: FaceGate, before: FaceResult | None = None, backdrop: Backdrop | None = None
) -> FaceResult:
    """Judge a live frame; `before` is the result of the last one, and moves the limits. Raises UnusableImage."""
    faces = _counting(rgb, find_faces(rgb))
    if len(faces) != 1:
        return _refused(faces)
    mesh = find_mesh(rgb, faces[0])
    last = before.seen if before is not None else None
    number = last.number + 1 if last is not None else 0
    turn = number % TURNS
    seen = Seen(
        face=faces[0],
        mesh=mesh,
        lids=(
            look_at_eye(rgb, mesh, Eye.RIGHT) if last is None or turn == 0 else last.lids[Eye.RIGHT],
            look_at_eye(rgb, mesh, Eye.LEFT) if last is None or turn == 3 else last.lids[Eye.LEFT],
        ),
        backdrop=measure_backdrop(Aligned(rgb, mesh)) if last is None or turn == 1 else last.backdrop,
        light=light_of(Aligned(rgb, mesh), gate) if last is None or turn in (2, 5) else last.light,
        width=rgb.shape[1],
        height=rgb.shape[0],
        number=number,
    )
    measures = (count_of(faces), *measures_of(seen, gate, backdrop))
    if before is not None and last is not None:
        measures = hold((*measures, motion_of(seen.face, last.face, gate)), before.verdict.measures)
    return _judged(seen, measures, backdrop)


def _counting(rgb: Colour, found: tuple[FoundFace, ...]) -> tuple[FoundFace, ...]:
    """The faces that count. Where YuNet is not sure (a logo, a fold of cloth), the mesh must see one too."""
    largest = max((face.eye_distance for face in found if face.confidence >= SURE), default=0.0)
    near = [face for face in found if face.eye_distance >= BYSTANDER * largest]
    doubtful = [face for face in near if face.confidence < SURE][:DOUBTFUL]
    seen = {id(face) for face in doubtful if find_mesh(rgb, face).score >= SEEN}
    sure = [face for face in near if face.confidence >= SURE or id(face) in seen]
    return tuple(face for face in sure if face.eye_distance >= BYSTANDER * sure[0].eye_distance)


def _refused(faces: tuple[FoundFace, ...]) -> FaceResult:
    return FaceResult(Verdict(0, False, (count_of(faces),), "advice.face.many" if faces else "advice.face.none"))


def _judged(seen: Seen, measures: tuple[Measure, ...], backdrop: Backdrop | None) -> FaceResult:
    failed = {measure.name for measure in measures if not measure.passed}
    verdict = Verdict(
        # The count is left out: it has no better and worse.
        score=min(scaled(measure) for measure in measures[1:]),
        good=not failed,
        measures=measures,
        advice=advise.advice(measures, backdrop),
    )
    return FaceResult(verdict, seen, None if failed & advise.UNSOUND else seen.mesh)
