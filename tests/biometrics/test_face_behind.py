"""What stands behind the head: rooms are told from plain cloth, and a scarf from what stands behind."""

from __future__ import annotations

from functools import cache

import msgspec
import numpy as np
import pytest

from station.bench.people import faces
from station.bench.people.likeness import Face, Head, make_face
from station.bench.people.shapes import Field, Tone
from station.biometrics import face
from station.biometrics.gates import FaceGate
from station.biometrics.samples import Verdict

GATE = FaceGate()
WALL: Tone = (225, 220, 212)
SHORT, SCARF, LONG = make_face(7, Head.SHORT_HAIR), make_face(2, Head.HEAD_SCARF), make_face(1, Head.LONG_HAIR)
BEHIND = {"background_gradient", "background_clutter", "background_edges"}


def failed(verdict: Verdict) -> set[str]:
    return {measure.name for measure in verdict.measures if not measure.passed}


def room(name: str) -> Field:
    """A scene of low contrast: none of these was told by the mean gradient alone."""
    page = np.full((faces.HEIGHT, faces.WIDTH, 3), WALL, np.float32)
    if name == "horizon":
        page[:330], page[330:] = (170, 200, 230), (120, 150, 170)
    elif name == "sofa":
        page[430:] = (120, 90, 70)
    elif name == "sofa on one side":
        page[400:, :560] = (150, 140, 130)
    elif name == "window":
        page[60:420, 760:1200] = (176, 205, 235)
        page[60:420, 748:760] = (250, 250, 250)
    elif name == "door frame":
        page[:, 440:452], page[:, 452:460] = (180, 172, 160), (205, 200, 195)
    elif name == "picture":
        page[100:260, 790:900] = (60, 70, 90)
    return page


@cache
def judged(person: Face, backdrop: Tone | str) -> Verdict:
    return face.assess(faces.posed(person, room(backdrop) if isinstance(backdrop, str) else backdrop), GATE)


@pytest.mark.parametrize("person", [SHORT, SCARF])
@pytest.mark.parametrize("name", ["horizon", "sofa", "sofa on one side", "window", "door frame", "picture"])
def test_a_room_is_no_plain_backdrop(person: Face, name: str) -> None:
    verdict = judged(person, name)
    assert failed(verdict)
    assert failed(verdict) <= BEHIND
    assert verdict.advice == "advice.face.background"


@pytest.mark.parametrize("backdrop", [faces.RED, faces.BLUE, (240, 240, 240)])
@pytest.mark.parametrize(
    "cloth", [(242, 242, 240), (118, 120, 126), (20, 20, 24), (30, 60, 130), (150, 30, 40), (232, 210, 170)]
)
def test_a_head_scarf_of_any_colour_passes_before_plain_cloth(backdrop: Tone, cloth: Tone) -> None:
    """One of the backdrop's own colour, too."""
    assert not failed(judged(msgspec.structs.replace(SCARF, cloth=cloth), backdrop)) & BEHIND


def test_long_hair_and_a_fall_of_light_pass() -> None:
    light = np.linspace(0.65, 1.05, faces.WIDTH, dtype=np.float32)[None, :, None]
    folds = 1 + np.float32(0.05) * np.sin(np.arange(faces.WIDTH, dtype=np.float32) / 14)[None, :, None]
    for backdrop in (faces.RED, faces.BLUE, WALL):
        page = np.full((faces.HEIGHT, faces.WIDTH, 3), backdrop, np.float32)
        for lit in (light, folds):
            assert not failed(face.assess(faces.posed(LONG, np.asarray(page * lit, np.float32)), GATE)) & BEHIND


def test_noise_and_size_leave_the_measures_alone() -> None:
    """The live guidance is not to flicker."""
    rng = np.random.default_rng(0)
    plain = faces.posed(SCARF, faces.BLUE)
    found = []
    for _ in range(4):
        noisy = np.clip(plain + rng.normal(0, 5, plain.shape), 0, 255).astype(np.uint8)
        found.append({m.name: m.value for m in face.assess(noisy, GATE).measures if m.name in BEHIND})
    for name in ("background_clutter", "background_edges"):
        assert max(one[name] for one in found) < 0.01
