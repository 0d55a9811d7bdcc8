"""`station status`: how the station is, at a glance."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import typer

from station.cli.options import DataDir, JsonOut
from station.cli.output import print_json
from station.cli.visit import told_visit
from station.journal import Journal, alerts
from station.journal.journal import rows_of
from station.roster import register

app = typer.Typer(add_completion=False)


class Status(msgspec.Struct, frozen=True):
    """What `status --json` prints."""

    data: str
    events: int
    head: str
    visit: dict[str, Any] | None
    packages: dict[str, int]
    devices: list[dict[str, Any]]
    alerts: list[alerts.Alert]
    free_bytes: int


@app.command(epilog="Example: station status --json")
def status(data: DataDir, as_json: JsonOut = False) -> None:
    """Say how the station is: visit, queue, packages, devices, alerts, space, journal."""
    journal = Journal.existing(data)
    try:
        register.prepare(journal)
        found = _status(journal, data)
    finally:
        journal.close()
    if as_json:
        print_json(found)
        return
    typer.echo(f"journal   {found.events} events, head {found.head[:16]}…")
    if found.visit is None:
        typer.echo("visit     none yet")
    else:
        state = "open" if found.visit["closed_at"] is None else "closed"
        typer.echo(f"visit     {found.visit['school_name'] or found.visit['school']}, {state}")
        typer.echo(f"queue     {_counted(found.visit['tickets'])}")
    typer.echo(f"packages  {_counted(found.packages)}")
    for device in found.devices:
        trouble = f" ({device['code']})" if device["code"] else ""
        typer.echo(f"device    {device['kind']}: {device['state']}{trouble}{', bench' if device['bench'] else ''}")
    for alert in found.alerts:
        typer.echo(f"alert     {alert.code}{f' about {alert.about}' if alert.about else ''}")
    typer.echo(f"space     {found.free_bytes / 1e9:.1f} GB free in {found.data}")


def _status(journal: Journal, data: Path) -> Status:
    seq, chain = journal.head()
    packages = journal.db.execute(
        "SELECT CASE WHEN purged_at IS NULL THEN state ELSE 'purged' END AS stands, count(*) FROM packages GROUP BY 1"
    )
    return Status(
        data=str(data),
        events=seq,
        head=chain,
        visit=told_visit(journal),
        packages=dict(packages.fetchall()),
        devices=[
            row | {"bench": bool(row["bench"])} for row in rows_of(journal.db, "SELECT * FROM devices ORDER BY kind")
        ],
        alerts=alerts.open_alerts(journal.db),
        free_bytes=shutil.disk_usage(data).free,
    )


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"
