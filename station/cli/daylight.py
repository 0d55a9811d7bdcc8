"""What `station day` shows on the terminal: progress while it runs, a summary when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from station.bench.day.play import DISK_FULL
from station.bench.day.report import Report, Spread


class Teller:
    """A bar on a terminal; a line for every student where there is none."""

    def __init__(self, total: int) -> None:
        self._console = Console(stderr=True)
        self._total = total
        self._told: tuple[int, bool] | None = None
        self._bar = Progress(
            TextColumn("{task.description:<40}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("the station starts", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._bar.stop()

    def tell(self, gone: int, total: int, doing: str) -> None:
        """So many have gone, and this is going on."""
        self._bar.update(self._task, completed=gone, description=doing)
        full = doing.startswith(DISK_FULL)
        if (gone, full) != self._told and not self._console.is_terminal:
            trouble = f"; {doing}" if full else ""
            self._console.print(f"{gone} of {total} students have gone{trouble}", highlight=False, soft_wrap=True)
        self._told = (gone, full)


def summary(report: Report, folder: Path) -> str:
    """The day in a few lines."""
    counts = report.counts
    lines = [
        f"{counts.students} students came: {counts.finished} finished, {counts.missed} missed, {counts.parked} parked,"
        f" {counts.cancelled} cancelled, {counts.waiting} waiting.",
        f"{counts.packages} packages sealed, {counts.delivered} delivered, {counts.received} received,"
        f" {counts.opened} opened by the office.",
        f"Journal: {report.journal_events} events, {'whole' if report.journal_whole else 'NOT WHOLE'}.",
        f"Frames: {_figures(report.ui_frame_gap_ms)}. Touch to frame: {_figures(report.touch_to_frame_ms)}.",
    ]
    if report.check_in_to_ticket_ms is not None:
        lines.append(f"Check-in to ticket: {_figures(report.check_in_to_ticket_ms)}.")
    lines += [f"Problem: {problem}" for problem in report.problems]
    lines += [f"Not opened by the office: {enrolment}" for enrolment in report.unopened]
    if report.not_pictured:
        lines.append(f"Screens that this day had no occasion to show: {_screens(report.not_pictured)}.")
    lines.append(f"All of it: {folder / 'index.html'}")
    return "\n".join(lines)


def _figures(spread: Spread) -> str:
    return f"p50 {spread.p50:g} ms, p95 {spread.p95:g}, p99 {spread.p99:g}, longest {spread.max:g}"


def _screens(pictures: Sequence[str]) -> str:
    """Each screen once, with the languages in which it was not shown."""
    languages: dict[str, list[str]] = {}
    for picture in pictures:
        language, _, screen = picture.partition("/")
        languages.setdefault(screen, []).append(language)
    return ", ".join(f"{screen} ({', '.join(spoken)})" for screen, spoken in languages.items())
