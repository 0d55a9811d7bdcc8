"""Device states into the journal: each change once, with the alert that belongs to it.

Whoever uses a device (the devices process the printer and lights, the touchscreen's process the camera
and scanners) tells what it met; telling the same twice records nothing.
"""

from __future__ import annotations

import queue
import threading

import structlog

from station.disk import DiskTrouble
from station.hardware.broker import Broker, State, Status
from station.hardware.devices import DeviceError, DeviceGone, DeviceInfo, Kind
from station.journal import Journal, Transaction, alerts
from station.journal import events as ev

_log = structlog.get_logger(__name__)


class Watch:
    """Tells the journal about devices, as `actor`."""

    def __init__(self, journal: Journal, actor: str) -> None:
        self._journal = journal
        self._actor = actor

    def appeared(self, info: DeviceInfo) -> None:
        """A device is there and answers; alerts about its kind are over."""
        if self._said(info.kind) == ("ready", "", info.driver, info.make, info.model, info.serial, info.bench):
            return
        with self._journal.command(self._actor) as tx:
            tx.append(
                ev.DeviceAppeared(
                    driver=info.driver, make=info.make, model=info.model, serial=info.serial, bench=info.bench
                ),
                info.kind,
            )
            _clear(tx, info.kind)

    def failed(self, kind: Kind, error: DeviceError) -> None:
        """A device raised this: it vanished, or it is there and cannot work."""
        if isinstance(error, DeviceGone):
            self.vanished(kind, error.detail)
        else:
            self.faulted(kind, error.code)

    def vanished(self, kind: Kind, detail: str = "") -> None:
        """No device of the kind is there; nothing is recorded about one that never was."""
        if self._state(kind) in ("", "gone"):
            return
        with self._journal.command(self._actor) as tx:
            tx.append(ev.DeviceVanished(detail=detail), kind)
            _clear(tx, kind)
            alerts.raise_alert(tx, f"{kind}.gone", kind)

    def faulted(self, kind: Kind, code: str) -> None:
        """The device is there and says that it cannot work."""
        said = self._said(kind)
        if said is not None and said[:2] == ("fault", code):
            return
        with self._journal.command(self._actor) as tx:
            tx.append(ev.DeviceFaulted(code=code), kind)
            _clear(tx, kind)
            alerts.raise_alert(tx, code, kind)

    def recovered(self, kind: Kind) -> None:
        """The fault is over."""
        if self._state(kind) != "fault":
            return
        with self._journal.command(self._actor) as tx:
            tx.append(ev.DeviceRecovered(), kind)
            _clear(tx, kind)

    def told(self, status: Status) -> None:
        """What the broker says of a kind; a device that is there and was not opened yet is no news."""
        match status.state:
            case State.OPEN if status.info is not None:
                self.appeared(status.info)
            case State.FAULT:
                self.faulted(status.kind, status.error)
            case State.ABSENT:
                self.vanished(status.kind)

    def _state(self, kind: Kind) -> str:
        said = self._said(kind)
        return "" if said is None else str(said[0])

    def _said(self, kind: Kind) -> tuple[object, ...] | None:
        """What the journal says of the kind; each kind has one process that tells, so no transaction is needed."""
        query = "SELECT state, code, driver, make, model, serial, bench FROM devices WHERE kind = ?"
        found: tuple[object, ...] | None = self._journal.db.execute(query, (kind,)).fetchone()
        return found


def _clear(tx: Transaction, kind: Kind) -> None:
    for alert in alerts.open_alerts(tx.db):
        if alert.about == kind:
            alerts.clear_alert(tx, alert.id)


class Reporter:
    """Follows a broker and tells the journal, in a thread of its own: the broker's listeners must not block."""

    def __init__(self, broker: Broker, watch: Watch) -> None:
        self._watch = watch
        self._said: queue.SimpleQueue[Status | None] = queue.SimpleQueue()
        self._end = broker.subscribe(self._said.put)
        self._thread = threading.Thread(target=self._run, name="device-reporter", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def tell(self, status: Status) -> None:
        """Have this told too; from any thread, at once."""
        self._said.put(status)

    def close(self) -> None:
        """Stop, after all that was said is told."""
        self._end()
        self._said.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (status := self._said.get()) is not None:
            try:
                self._watch.told(status)
            except DiskTrouble as trouble:
                # It is told again; the journal was never wrong about what it recorded.
                _log.warning("device state not recorded", kind=status.kind, code=trouble.code)
