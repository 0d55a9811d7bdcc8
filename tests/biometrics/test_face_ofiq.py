"""OFIQ's published mappings, held against the native and scaled values of its 28 pictures."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from station.biometrics.face import ofiq

KNOWN = (
    ("BackgroundUniformity", 71.777120, 67),
    ("BackgroundUniformity", 242.789467, 17),
    ("IlluminationUniformity", 0.012111, 27),
    ("LuminanceMean", 0.103719, 13),
    ("LuminanceVariance", 0.067912, 58),
    ("UnderExposurePrevention", 0.351883, 100),
    ("OverExposurePrevention", 0.000065, 99),
    ("DynamicRange", 5.558990, 69),
    ("NaturalColour", 4.805962, 76),
    ("NaturalColour", 100, 0),
    ("SingleFacePresent", 0.333736, 67),
    ("EyesOpen", 0.023177, 58),
    ("MouthClosed", 0.082712, 88),
    ("InterEyeDistance", 353.583928, 100),
    ("HeadSize", 0.257166, 4),
    ("LeftwardCropOfTheFaceImage", 2.560953, 100),
    ("RightwardCropOfTheFaceImage", 3.106719, 100),
    ("MarginAboveOfTheFaceImage", 1.548853, 82),
    ("MarginBelowOfTheFaceImage", 1.725211, 32),
    ("HeadPoseYaw", -7.966364, 98),
    ("HeadPosePitch", 16.617661, 92),
    ("HeadPoseRoll", -27.373343, 79),
)
"""One or two of OFIQ's published results for every measure that is mapped."""


@pytest.mark.parametrize(("measure", "native", "scaled"), KNOWN)
def test_a_published_result_is_reproduced(measure: str, native: float, scaled: int) -> None:
    assert ofiq.scale(measure, native) == scaled


def test_every_mapped_measure_has_a_published_result_here() -> None:
    assert {measure for measure, _, _ in KNOWN} == set(ofiq.MAPPINGS)


@pytest.mark.parametrize("measure", list(ofiq.MAPPINGS))
def test_all_28_rows_are_reproduced(reference: Path, measure: str) -> None:
    with (reference / "ofiq" / "expected_results.csv").open(newline="") as results:
        rows = list(csv.DictReader(results, delimiter=";"))
    assert len(rows) == 28
    for row in rows:
        native, scaled = float(row[measure]), int(row[f"{measure}.scalar"])
        assert ofiq.scale(measure, native) == scaled, row["Filename"]


@pytest.mark.parametrize("measure", list(ofiq.MAPPINGS))
@pytest.mark.parametrize("native", [-1e9, -1.0, 0.0, 1.0, 1e9])
def test_whatever_was_measured_the_scale_is_0_to_100(measure: str, native: float) -> None:
    assert 0 <= ofiq.scale(measure, native) <= 100
