"""index.html: the day as a visitor sees it. One file, no script, pictures by relative path."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from station.bench.day.report import Report, Spread

_STYLE: Final = """
body{margin:0;background:#F2F5F9;color:#0F1B2D;font:17px/1.5 Roboto,"Segoe UI",sans-serif}
main{max-width:1180px;margin:0 auto;padding:40px 24px}
h1{font-size:40px;margin:0 0 8px}h2{font-size:26px;margin:48px 0 16px}p{max-width:70ch}
.soft{color:#46566B}.figures{display:flex;flex-wrap:wrap;gap:16px;padding:0;margin:24px 0}
.figures li{list-style:none;background:#fff;border-radius:16px;padding:16px 24px;min-width:140px}
.figures b{display:block;font-size:34px;line-height:1.2;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;background:#fff;border-radius:16px;overflow:hidden}
th,td{padding:8px 20px;text-align:right;font-variant-numeric:tabular-nums}th:first-child,td:first-child{text-align:left}
tr+tr td{border-top:1px solid #D5DCE6}
.shots{display:grid;grid-template-columns:repeat(auto-fill,minmax(340px,1fr));gap:24px}
figure{margin:0}figure img{width:100%;border-radius:10px;border:1px solid #D5DCE6;background:#fff}
figcaption{color:#46566B;font-size:15px}.paper{display:flex;flex-wrap:wrap;gap:24px;align-items:flex-start}
.paper img{width:230px}.bad{color:#B3261E}.good{color:#0B7A4B}
"""


def write(folder: Path, report: Report, title: str) -> None:
    """Write `folder`/index.html."""
    (folder / "index.html").write_text("\n".join(_page(folder, report, title)), encoding="utf-8")


def _page(folder: Path, report: Report, title: str) -> Iterator[str]:
    counts = report.counts
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style><main>'
    yield f"<h1>{html.escape(title)}</h1>"
    yield (
        '<p class="soft">Everybody here is generated: names, numbers, faces, prints and eyes belong to nobody.'
        " The devices were emulated, and the office refuses packages of a day like this one.</p>"
    )
    verdict = "Every student who finished has a package that the office opened." if report.well else "Not all is well."
    yield f'<p class="{"good" if report.well else "bad"}"><b>{verdict}</b></p>'
    for problem in (*report.problems, *(f"Not opened: {enrolment}" for enrolment in report.unopened)):
        yield f'<p class="bad">{html.escape(problem)}</p>'
    yield '<ul class="figures">'
    for name, value in (
        ("tickets", counts.tickets),
        ("finished", counts.finished),
        ("missed", counts.missed),
        ("parked", counts.parked),
        ("packages sealed", counts.packages),
        ("opened at the office", counts.opened),
        ("attempts", counts.attempts),
        ("journal events", report.journal_events),
    ):
        yield f"<li><b>{value}</b>{name}</li>"
    yield "</ul>"
    yield from _table(
        "How smoothly it ran",
        ("milliseconds", "p50", "p95", "p99", "longest"),
        [
            _row("between two frames", report.ui_frame_gap_ms),
            _row("from touch to the first changed frame", report.touch_to_frame_ms),
            *([_row("from check-in to the last byte of the ticket", t)] if (t := report.check_in_to_ticket_ms) else []),
        ],
    )
    yield from _table(
        "How long each step took",
        ("seconds", "p50", "p95", "p99", "longest"),
        [_row(step, seconds) for step, seconds in report.seconds_a_step.items()],
    )
    for language, name in (("id", "The screens, in Indonesian"), ("en", "The screens, in English")):
        yield from _pictures(name, sorted((folder / "screens" / language).glob("*.png")), folder, "shots")
    if report.not_pictured:
        unseen = ", ".join(report.not_pictured)
        yield f'<p class="soft">This day had no occasion to show: {html.escape(unseen)}.</p>'
    yield from _pictures("The paper", sorted((folder / "tickets").glob("*.png"))[:12], folder, "paper")
    yield "</main></html>"


def _row(name: str, values: Spread) -> tuple[str, ...]:
    return (name, *(f"{value:g}" for value in (values.p50, values.p95, values.p99, values.max)))


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"<h2>{title}</h2><table><tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>"
    yield "</table>"


def _pictures(title: str, paths: Sequence[Path], folder: Path, layout: str) -> Iterator[str]:
    if not paths:
        return
    yield f'<h2>{title}</h2><div class="{layout}">'
    for path in paths:
        name = html.escape(path.stem.replace("-", " ").replace("_", " "))
        source = html.escape(path.relative_to(folder).as_posix())
        yield f'<figure><img src="{source}" alt="{name}" loading="lazy"><figcaption>{name}</figcaption></figure>'
    yield "</div>"
