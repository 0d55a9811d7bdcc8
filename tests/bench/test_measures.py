"""The measures run, are written, and fail where a limit is broken."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from station.bench import roster_import
from station.bench.measures import __main__ as measures
from station.bench.measures import faces, fingers, journals, lists, sealing
from station.bench.measures.ratio import Ratio, compare


def ratio_of(measured: float, limit: float) -> Ratio:
    return Ratio("of a test", "this", "that", measured, 1.0, limit, 1)


def test_both_sides_are_measured_in_turn() -> None:
    done: list[str] = []
    found = compare("n", ("a", lambda: done.append("a")), ("b", lambda: done.append("b")), limit=9e9, runs=3)
    assert "".join(done) == "ab" * 4
    assert found.held
    assert found.measured_seconds > 0


def test_every_measure_gives_a_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small ones: whether the limits hold is for `make bench` on a quiet machine."""
    for module, name, value in (
        (journals, "FEW", 50), (journals, "MANY", 200), (journals, "RUNS", 2), (journals, "WAITING", 5),
        (sealing, "RUNS", 1), (lists, "RUNS", 1), (lists, "STUDENTS", 30), (faces, "RUNS", 1), (faces, "FRAMES", 2),
        (fingers, "RUNS", 1), (fingers, "STUDENTS", 20), (fingers, "FINGERS", 2),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    told: list[str] = []
    ratios = measures.run(measures.MEASURES, tmp_path / "out", told.append)
    assert len(ratios) == len(measures.MEASURES) <= len(told)
    assert all(found.measured_seconds > 0 and found.baseline_seconds > 0 for found in ratios)
    of_fingers = [fingers.PARALLEL, fingers.SLAP, fingers.AMONG]
    first = [journals.LIMIT, sealing.LIMIT, roster_import.LIMIT]
    assert [found.limit for found in ratios] == [*first, *of_fingers, faces.LIMIT]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["bench.json"]
    written = msgspec.json.decode((tmp_path / "out" / "bench.json").read_bytes(), type=measures.Report)
    assert [entry.measure for entry in written.measures] == ratios


@pytest.mark.parametrize(("measured", "code"), [(2.0, 0), (3.0, 0), (3.1, 1)])
def test_a_broken_limit_fails_the_run(
    measured: float,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(measures, "MEASURES", {"one": lambda _folder, _progress: ratio_of(measured, 3.0)})
    monkeypatch.setattr(measures, "OUT", tmp_path)
    assert measures.main() == code
    said = capsys.readouterr()
    assert f"{measured:.2f}" in said.out
    assert ("the limit is 3.0" in said.err) is bool(code)
