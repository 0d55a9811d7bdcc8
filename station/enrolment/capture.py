"""One attempt after another: device -> samples -> verdict -> spool -> event, away from the screens.

The runner follows the active enrolment. Standing at a capture step it asks the device of that kind,
judges what comes in the worker, keeps it in the spool and only then acknowledges it in the journal.
What the screen shows meanwhile (live picture, ink, advice, what it waits for) is one immutable
`Live`, replaced as a whole. When a device vanishes the runner says so and waits for the next of that kind;
nothing that was acknowledged is touched.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Final, Protocol

import msgspec
import structlog

from station.biometrics.face import Backdrop
from station.biometrics.samples import FINGERS, ImageFormat, Position, Sample
from station.clock import Clock
from station.disk import DiskTrouble
from station.enrolment import commands, keeping
from station.enrolment.judgement import WHOLE, Judge, Judgement, Look
from station.enrolment.spool import Spool
from station.enrolment.state import Enrolment
from station.enrolment.steps import CAPTURES, SLAP_OF, EnrolmentSettings, Step
from station.hardware.devices import (
    Camera,
    CaptureTimeout,
    Device,
    DeviceError,
    DeviceGone,
    FingerprintScanner,
    Image,
    IrisScanner,
    Kind,
    PenPoint,
    SignaturePad,
)
from station.journal import Journal
from station.journal import events as ev

log = structlog.get_logger()

DEVICE_OF: Final[dict[Step, Kind]] = {
    Step.PHOTO: Kind.CAMERA,
    Step.SIGNATURE: Kind.SIGNATURE,
    Step.RIGHT_FOUR: Kind.FINGERPRINT,
    Step.LEFT_FOUR: Kind.FINGERPRINT,
    Step.THUMBS: Kind.FINGERPRINT,
    Step.IRISES: Kind.IRIS,
    Step.VERIFY_INDEXES: Kind.FINGERPRINT,
    Step.APPROVE: Kind.SIGNATURE,
}

ASK_SECONDS: Final = 0.5
"""How long the runner waits for a device or a frame before it looks at the journal again."""

STEADY_SECONDS: Final = 0.8
"""How long a face must stay good before the photo takes itself."""

LOOK_SECONDS: Final = 0.03
"""Live frames are judged at most this often: every one of a camera that gives 30 a second."""
LOOK_SHARE: Final = 0.5
"""Share of its time that the capture thread may look: on a slow machine frames are left out, not the screen's."""
SILENT_SECONDS: Final = 3.0
"""A camera without a picture for so long is said to be faulty; when it is opened it may take a moment."""
INK_SECONDS: Final = 1 / 15
"""How often what the pen wrote is shown."""


class Phase(StrEnum):
    """What the runner is doing, for the screen."""

    IDLE = "idle"
    NO_DEVICE = "no-device"
    PRESENT = "present"
    """Waiting for the student to present a finger, an eye, a face, a pen."""
    JUDGING = "judging"
    PAUSED = "paused"
    """Enough attempts: the student or the operator decides what follows."""
    NO_DISK = "no-disk"
    """The disk does not take what was captured: it is full, read-only, or fails."""


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen shows of the capture under way."""

    enrolment: str = ""
    step: Step | None = None
    phase: Phase = Phase.IDLE
    device: Kind | None = None
    problem: str = ""
    """Message id of what is wrong with the device, where something is."""
    advice: str = ""
    """Message id of the most useful thing to do now."""
    steady: float = 0.0
    """0 to 1: how much of the steady moment has passed (photo)."""
    frame: Image | None = None
    frames: int = 0
    """Counts live frames, so that a screen draws each once."""
    ink: tuple[PenPoint, ...] = ()
    pad_mm: tuple[float, float] = (1.0, 1.0)
    scores: dict[Position, tuple[int, bool]] = {}
    """Score and verdict of each position of the last attempt."""


class Devices(Protocol):
    """Who lends the devices out; raises DeviceGone when none of the kind is there in time."""

    def get(self, kind: Kind, deadline: float) -> Device: ...


_Pause = tuple[str, Step, int]
"""After which attempt of which step the student was asked."""


class CaptureRunner:
    """Follows the active enrolment of this station. `run` has a thread; the rest may be called from any."""

    def __init__(
        self,
        journal: Journal,
        spool: Spool,
        devices: Devices,
        judge: Judge,
        settings: EnrolmentSettings,
        clock: Clock,
        actor: str = "student",
        backdrop_of: Callable[[Enrolment], Backdrop | None] = lambda _now: None,
    ) -> None:
        """`backdrop_of` says which backdrop is asked for, where one is."""
        self._journal = journal
        self._spool = spool
        self._devices = devices
        self._judge = judge
        self._settings = settings
        self._clock = clock
        self._actor = actor
        self._backdrop_of = backdrop_of
        self._live = Live()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._paused: _Pause | None = None
        self._agreed: _Pause | None = None
        self._silent_since: float | None = None
        self._pen_done = threading.Event()
        self._pen_clear = threading.Event()

    @property
    def live(self) -> Live:
        """What to show now."""
        return self._live

    def run(self, stop: threading.Event) -> None:
        """Follow until `stop` is set; a call to a device that is under way is waited for.

        What is neither the device's, the disk's nor the operator's doing ends the run and reaches the caller: a
        station that shows it and starts anew is better than one that silently waits.
        """
        self._stop = stop
        while not stop.is_set():
            self._once()

    def look_again(self) -> None:
        """The journal has changed."""
        self._wake.set()

    def again(self) -> None:
        """The student wants another attempt after the pause; it holds until that attempt is recorded."""
        self._agreed = self._paused
        self._wake.set()

    def pen_done(self) -> None:
        """The student has finished signing."""
        self._pen_done.set()

    def pen_clear(self) -> None:
        """The student wants to sign anew."""
        self._pen_clear.set()

    def _once(self) -> None:
        now = self._standing()
        if now is None:
            self._show(Live())
            self._wait()
            return
        try:
            self._attempt(now)
        except CaptureTimeout as timeout:
            # Of a scanner it says that nobody has put anything there; a camera has no such excuse.
            if now.step is Step.PHOTO and self._camera_is_silent():
                self._show(_stuck(now, Phase.NO_DEVICE, timeout.code, Kind.CAMERA))
        except DeviceError as error:
            kind = error.kind if isinstance(error, DeviceGone) else DEVICE_OF[now.step]
            self._show(_stuck(now, Phase.NO_DEVICE, error.code, kind))
            self._wait()
        except commands.Refused as refused:
            # The operator was quicker (parked, accepted, cancelled): the state that is now counts.
            log.info("capture.overtaken", code=refused.code)

    def _camera_is_silent(self) -> bool:
        if self._silent_since is None:
            self._silent_since = self._clock.monotonic()
        return self._clock.monotonic() - self._silent_since >= SILENT_SECONDS

    def _wait(self) -> None:
        self._wake.wait(ASK_SECONDS)
        self._wake.clear()

    def _show(self, live: Live) -> None:
        self._live = live

    def _standing(self) -> Enrolment | None:
        """The active enrolment, when it stands at a capture step with something left to take."""
        running = commands.active(self._journal)
        if running is None:
            return None
        now = commands.read(self._journal, running)
        return now if now.step in CAPTURES and now.wanted(now.step) else None

    def _still_at(self, now: Enrolment) -> bool:
        if self._stop.is_set():
            return False
        found = self._standing()
        return found is not None and keeping.stands_as(now, found)

    def _attempt(self, now: Enrolment) -> None:
        if self._must_pause(now):
            return
        handle: Callable[[Enrolment], Judgement | None] = {
            Kind.CAMERA: self._photo,
            Kind.SIGNATURE: self._signature,
            Kind.FINGERPRINT: self._fingers,
            Kind.IRIS: self._irises,
        }[DEVICE_OF[now.step]]
        judgement = handle(now)
        if judgement is not None:
            self._keep(now, judgement)

    def _must_pause(self, now: Enrolment) -> bool:
        """After every full round of attempts the student is asked, so that nobody is stuck in a loop."""
        tries = now.round(now.step)
        if not tries or len(tries) % self._settings.attempts_before_accept:
            return False
        self._paused = (now.id, now.step, len(now.tries(now.step)))
        if self._agreed == self._paused:
            return False
        last = tries[-1]
        live = Live(
            enrolment=now.id,
            step=now.step,
            phase=Phase.PAUSED,
            device=DEVICE_OF[now.step],
            advice=last.code or last.advice,
            scores={Position(s.position): (s.score, s.good) for s in last.samples if s.position not in WHOLE},
        )
        self._show(live)
        self._wait()
        return True

    def _asking(self, now: Enrolment) -> Live:
        tries = now.round(now.step)
        last = tries[-1] if tries else None
        return Live(
            enrolment=now.id,
            step=now.step,
            phase=Phase.PRESENT,
            device=DEVICE_OF[now.step],
            advice=(last.code or last.advice) if last else "",
            scores={Position(s.position): (s.score, s.good) for s in last.samples if s.position not in WHOLE}
            if last
            else {},
        )

    def _photo(self, now: Enrolment) -> Judgement | None:
        camera: Camera = self._lend(Kind.CAMERA)  # type: ignore[assignment]  # the broker lends by kind
        live = self._asking(now)
        backdrop = self._backdrop_of(now)
        good_since: float | None = None
        present_since: float | None = None
        next_look = -1.0
        look = Look(good=False)
        count = 0
        while self._still_at(now):
            frame = camera.frame(ASK_SECONDS)
            self._silent_since = None
            count += 1
            at = self._clock.monotonic()
            if at >= next_look:
                look = self._judge.look(frame, backdrop)
                next_look = at + max(LOOK_SECONDS, (self._clock.monotonic() - at) / LOOK_SHARE)
                good_since = (at if good_since is None else good_since) if look.good else None
                present_since = (at if present_since is None else present_since) if look.present else None
            steady = 0.0 if good_since is None else min(1.0, (at - good_since) / STEADY_SECONDS)
            if present_since is not None and at - present_since >= self._settings.photo_patience_seconds:
                steady = 1.0
            self._show(msgspec.structs.replace(live, frame=frame, frames=count, advice=look.advice, steady=steady))
            if steady >= 1.0:
                still = camera.still(self._settings.capture_seconds)
                self._show(
                    msgspec.structs.replace(live, frame=still, frames=count + 1, phase=Phase.JUDGING, steady=1.0)
                )
                return self._judge.photo(still, backdrop)
        return None

    def _signature(self, now: Enrolment) -> Judgement | None:
        pad: SignaturePad = self._lend(Kind.SIGNATURE)  # type: ignore[assignment]  # the broker lends by kind
        live = msgspec.structs.replace(self._asking(now), pad_mm=pad.size_mm)
        ink: tuple[PenPoint, ...] = ()
        self._pen_done.clear()
        self._pen_clear.clear()
        while self._still_at(now):
            ink = (*ink, *pad.read(INK_SECONDS))
            if self._pen_clear.is_set():
                self._pen_clear.clear()
                ink = ()
            self._show(msgspec.structs.replace(live, ink=ink, frames=len(ink)))
            if self._pen_done.is_set():
                self._pen_done.clear()
                self._show(msgspec.structs.replace(live, ink=ink, frames=len(ink), phase=Phase.JUDGING))
                return self._judge.signature(ink, pad.size_mm, self._first_signature(now))
        return None

    def _fingers(self, now: Enrolment) -> Judgement | None:
        scanner: FingerprintScanner = self._lend(Kind.FINGERPRINT)  # type: ignore[assignment]  # the broker lends by kind
        self._show(self._asking(now))
        wanted = now.wanted(now.step)
        missing = tuple(position for position in CAPTURES[now.step] if position not in wanted)
        slap = SLAP_OF.get(now.step)
        asked = (slap,) if slap else wanted
        captures = [scanner.capture(position, missing, self._settings.capture_seconds) for position in asked]
        self._show(msgspec.structs.replace(self._asking(now), phase=Phase.JUDGING))
        return self._judge.fingers(now.step, captures, missing, self._earlier(now))

    def _irises(self, now: Enrolment) -> Judgement | None:
        scanner: IrisScanner = self._lend(Kind.IRIS)  # type: ignore[assignment]  # the broker lends by kind
        self._show(self._asking(now))
        wanted = now.wanted(now.step)
        missing = tuple(position for position in CAPTURES[now.step] if position not in wanted)
        images = scanner.capture(missing, self._settings.capture_seconds)
        self._show(msgspec.structs.replace(self._asking(now), phase=Phase.JUDGING))
        return self._judge.irises(images, missing)

    def _lend(self, kind: Kind) -> Device:
        return self._devices.get(kind, ASK_SECONDS)

    def _earlier(self, now: Enrolment) -> list[Sample]:
        """The single fingers kept so far, to compare with: duplicates, and the second index prints."""
        kept = (now.kept_sample(position) for position in FINGERS)
        recalled = (keeping.recall(self._spool, now.id, taken) for taken in kept if taken is not None)
        return [sample for sample in recalled if sample is not None]

    def _first_signature(self, now: Enrolment) -> Sample | None:
        """The time series of the signature that the student's approval is to be like."""
        first = now.kept(Step.SIGNATURE) if now.step is Step.APPROVE else None
        series = (sample for sample in (first.samples if first else ()) if sample.format == ImageFormat.JSON)
        taken = next(series, None)
        return None if taken is None else keeping.recall(self._spool, now.id, taken)

    def _keep(self, now: Enrolment, judgement: Judgement) -> None:
        """Keep it, waiting until the disk takes it: the student shall not have to do it again for that."""
        taken: list[ev.SampleTaken] = []
        try:
            while problem := self._kept(now, judgement, taken):
                self._show(_stuck(now, Phase.NO_DISK, problem))
                self._wait()
                if self._stop.is_set():
                    return
        except commands.Refused:
            keeping.forget(self._journal, self._spool, now.id, taken)
            raise

    def _kept(self, now: Enrolment, judgement: Judgement, taken: list[ev.SampleTaken]) -> str:
        """Why the disk does not take it, or nothing when it did; `taken` is what it took."""
        device = str(DEVICE_OF[now.step])
        try:
            keeping.check(self._journal, now)
            keeping.put(self._spool, now.id, judgement.samples, taken)
            with self._journal.command(self._actor) as tx:
                keeping.acknowledge(tx, now, judgement, taken, device)
        except DiskTrouble as trouble:
            return trouble.code
        return ""


def _stuck(now: Enrolment, phase: Phase, problem: str, device: Kind | None = None) -> Live:
    return Live(enrolment=now.id, step=now.step, phase=phase, device=device, problem=problem)
