"""`python -m station.bench.measures`: measure, print the table, write out/bench.json, fail where a limit is broken."""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from station.bench.measures import faces, fingers, journals, lists, sealing
from station.bench.measures.ratio import Ratio
from station.files import make_folder

Measure = Callable[[Path, Callable[[str], None]], Ratio]

MEASURES: Final[Mapping[str, Measure]] = {
    "journals": journals.measure,
    "sealing": sealing.measure,
    "lists": lists.measure,
    "finger quality": fingers.quality,
    "a slap": fingers.slap,
    "one among many": fingers.among,
    "faces": faces.measure,
}
OUT: Final = Path("out")


class Written(msgspec.Struct, frozen=True):
    """One measure in bench.json."""

    measure: Ratio
    ratio: float
    held: bool


class Report(msgspec.Struct, frozen=True):
    """bench.json."""

    python: str
    machine: str
    station: str
    measures: tuple[Written, ...]


def run(measures: Mapping[str, Measure], out: Path, progress: Callable[[str], None]) -> list[Ratio]:
    """Measure one after another, on the disk that holds `out`, and write out/bench.json."""
    ratios = []
    with tempfile.TemporaryDirectory(dir=make_folder(out, 0o755), prefix=".bench-") as folder:
        for name, measure in measures.items():
            ratios.append(measure(Path(folder) / name, progress))
    report = Report(
        python=platform.python_version(),
        machine=f"{platform.machine()}, {platform.system()} {platform.release()}",
        station=version("station"),
        measures=tuple(Written(ratio, round(ratio.ratio, 3), ratio.held) for ratio in ratios),
    )
    (out / "bench.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")
    return ratios


def table(ratios: Sequence[Ratio]) -> Table:
    """The measures, as they are printed."""
    made = Table(title="Speed against plain tools", title_justify="left")
    for heading in ("measured", "against"):
        made.add_column(heading)
    for heading in ("seconds", "seconds", "ratio", "limit"):
        made.add_column(heading, justify="right")
    for ratio in ratios:
        colour = "green" if ratio.held else "red"
        made.add_row(
            ratio.measured,
            ratio.baseline,
            f"{ratio.measured_seconds:.4f}",
            f"{ratio.baseline_seconds:.4f}",
            f"[{colour}]{ratio.ratio:.2f}[/]",
            f"{ratio.limit:.1f}",
        )
    return made


def main() -> int:
    """Measure everything; 1 when a limit is broken."""
    told = Console(stderr=True)
    with told.status("measuring") as status:
        ratios = run(MEASURES, OUT, lambda what: status.update(what))
    Console().print(table(ratios))
    broken = [ratio for ratio in ratios if not ratio.held]
    for ratio in broken:
        told.print(f"{ratio.name} takes {ratio.ratio:.2f} times its baseline; the limit is {ratio.limit:.1f}.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
