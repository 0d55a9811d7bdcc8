"""`station quality` on files: every measure, the verdict, and one clear line for what cannot be judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from station import cli
from station.bench.people import faces, irises, portrait, prints, signatures, slaps
from station.biometrics import coding, signature
from station.biometrics.samples import LEFT_FOUR, Position
from station.hardware.devices import PenPoint

FIELDS = {"name", "native", "scaled", "low", "high", "passed"}


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.app, ["quality", *words, "--data", str(folder)])


def judged(folder: Path, *words: str) -> list[dict[str, Any]]:
    result = run(folder, *words, "--json")
    found: list[dict[str, Any]] = json.loads(result.stdout)
    assert result.exit_code == (0 if all(one.get("verdict", {}).get("good") for one in found) else 1)
    return found


@pytest.fixture(scope="module")
def print_() -> NDArray[np.uint8]:
    return prints.impression(prints.make_finger(2), 0)


def test_a_finger_needs_its_resolution(tmp_path: Path, print_: NDArray[np.uint8]) -> None:
    bare, named = tmp_path / "bare.png", tmp_path / "named.png"
    bare.write_bytes(coding.to_png(print_))
    named.write_bytes(coding.to_png(print_, 500))
    without, with_it = judged(tmp_path, "finger", str(bare), str(named))
    assert (without["file"], "--ppi" in without["error"], "verdict" in without) == (str(bare), True, False)
    assert with_it["verdict"]["good"]
    assert {frozenset(measure) for measure in with_it["measures"]} == {frozenset(FIELDS)}
    assert judged(tmp_path, "finger", str(bare), "--ppi", "500")[0]["measures"] == with_it["measures"]


def test_a_slap_is_segmented_and_its_hand_found(tmp_path: Path) -> None:
    shown = {position: prints.impression(prints.make_finger(at)) for at, position in enumerate(LEFT_FOUR)}
    laid = slaps.lay(Position.LEFT_FOUR, shown, tilt=6.0)
    path = tmp_path / "slap.png"
    path.write_bytes(coding.to_png(laid.image, laid.ppi))
    whole, *fingers = judged(tmp_path, "slap", str(path))
    assert (whole["position"], whole["verdict"]["good"]) == ("left-four", True)
    assert [one["position"] for one in fingers] == list(LEFT_FOUR)
    truth = {placed.position: placed.x for placed in laid.placed}
    for one in fingers:
        measures = {measure["name"]: measure["native"] for measure in one["measures"]}
        assert abs(measures["x"] - truth[one["position"]]) < 40
    asked = judged(tmp_path, "slap", str(path), "--position", "right-four")
    assert not asked[0]["verdict"]["good"]


def test_an_eye_and_its_side(tmp_path: Path) -> None:
    path = tmp_path / "eye.jp2"
    path.write_bytes(coding.iris_to_jpeg2000(irises.eye(6).image))
    (found,) = judged(tmp_path, "iris", str(path))
    assert (found["verdict"]["good"], found.get("position", "")) in ((True, "right-iris"), (True, ""))
    assert {"usable_area", "sclera_contrast", "margin"} <= {measure["name"] for measure in found["measures"]}


def test_both_eyes_in_one_picture(tmp_path: Path) -> None:
    path = tmp_path / "both.png"
    path.write_bytes(coding.to_png(np.hstack([irises.eye(4).image, irises.eye(5).image])))
    assert [one["position"] for one in judged(tmp_path, "iris", str(path))] == ["right-iris", "left-iris"]


def test_a_portrait(tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(coding.to_png(faces.frame(portrait.make_face(2, portrait.Head.HEAD_SCARF), faces.BLUE)))
    (found,) = judged(tmp_path, "face", str(path))
    assert found["verdict"]["score"] > 0
    assert len(found["measures"]) > 5


def test_a_portrait_before_the_backdrop_of_the_birth_year(tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(coding.to_png(faces.frame(portrait.make_face(2, portrait.Head.HEAD_SCARF), faces.BLUE)))

    def of(*words: str) -> tuple[bool, dict[str, Any]]:
        (one,) = judged(tmp_path, "face", str(path), *words)
        return one["verdict"]["good"], {measure["name"]: measure for measure in one["measures"]}

    good, plain = of()
    assert good
    assert {name: plain[name]["low"] for name in ("backdrop_hue", "backdrop_saturation", "backdrop_chroma")} == {
        "backdrop_hue": None,
        "backdrop_saturation": None,
        "backdrop_chroma": None,
    }
    (odd, red), (even, blue) = of("--birth-year", "2009"), of("--birth-year", "2010")
    assert odd is not even
    assert {red["backdrop_hue_error"]["passed"], blue["backdrop_hue_error"]["passed"]} == {True, False}


def test_a_signature_as_series_and_as_picture(tmp_path: Path) -> None:
    ink = [PenPoint(p.x, p.y, p.pressure, p.t) for p in signatures.sign(3)]
    (tmp_path / "s.json").write_bytes(signature.series(ink, signatures.PAD_MM))
    (tmp_path / "s.png").write_bytes(coding.to_png(signature.render(ink), signature.PPI))
    series, picture = judged(tmp_path, "signature", str(tmp_path / "s.json"), str(tmp_path / "s.png"))
    assert series["verdict"]["good"]
    assert picture["verdict"]["good"]


def test_the_gate_is_the_configured_one(tmp_path: Path, print_: NDArray[np.uint8]) -> None:
    path = tmp_path / "f.png"
    path.write_bytes(coding.to_png(print_, 500))
    (tmp_path / "config.toml").write_text("[quality.finger]\nmin_nfiq2 = 99\n")
    (found,) = judged(tmp_path, "finger", str(path))
    assert not found["verdict"]["good"]
    assert next(measure for measure in found["measures"] if measure["name"] == "nfiq2")["low"] == 99


def test_people_get_a_table_and_one_line_an_error(tmp_path: Path) -> None:
    eye, deep = tmp_path / "eye.png", tmp_path / "deep.png"
    eye.write_bytes(coding.to_png(irises.eye(5, 0, irises.Gaze.BLURRED).image))
    PIL.Image.fromarray(np.zeros((64, 64), np.uint16)).save(deep)
    result = run(tmp_path, "iris", str(eye), str(deep))
    assert result.exit_code == 1
    assert "does not pass" in result.stdout
    assert "Keep still (advice.iris.still)" in result.stdout
    assert "16-bit samples" in result.stdout


@pytest.mark.parametrize("kind", ["face", "finger", "slap", "iris", "signature"])
def test_no_file_ends_in_a_traceback(kind: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    pictures = {
        "noise.png": rng.integers(0, 256, (300, 300, 3)).astype(np.uint8),
        "black.png": np.zeros((300, 300), np.uint8),
        "white.png": np.full((300, 300), 255, np.uint8),
        "small.png": np.zeros((16, 16), np.uint8),
        "thin.png": np.zeros((16, 3000), np.uint8),
    }
    for name, pixels in pictures.items():
        PIL.Image.fromarray(pixels).save(tmp_path / name)
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.json").write_text("{}")
    PIL.Image.new("1", (400, 400), 1).save(tmp_path / "two.png")
    names = [str(tmp_path / name) for name in (*pictures, "text.png", "empty.json", "two.png", "absent.png")]
    found = judged(tmp_path, kind, *names, "--ppi", "500")
    assert len(found) >= len(names)
    assert not any(one.get("verdict", {}).get("good") for one in found)


def test_a_finger_that_is_none_is_said(tmp_path: Path) -> None:
    result = run(tmp_path, "slap", "x.png", "--missing", "big-toe")
    assert result.exit_code == 2
    assert "big-toe" in result.output
