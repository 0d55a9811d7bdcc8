"""The capture runner at each step: what comes is judged, kept and acknowledged, and nothing that is stale."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from station.bench.people.person import Behaviour
from station.biometrics.gates import FaceGate, Gates
from station.biometrics.samples import IRISES, LEFT_FOUR, RIGHT_FOUR, ImageFormat, Position
from station.clock import SetClock
from station.enrolment import commands
from station.enrolment.capture import STEADY_SECONDS, Phase
from station.enrolment.judge import WorkerJudge
from station.enrolment.judgement import Judgement
from station.enrolment.state import Status
from station.enrolment.steps import EnrolmentSettings, Step
from station.hardware.broker import Broker
from station.hardware.devices import Kind
from station.journal import Journal

if TYPE_CHECKING:
    from tests.enrolment.capture.conftest import Booth

Eventually = Callable[[Callable[[], object]], None]


def test_the_photo_takes_itself_after_a_steady_moment(booth: Booth, eventually: Eventually) -> None:
    booth.begin(Step.PHOTO)
    clock = SetClock(datetime(2026, 2, 3, tzinfo=UTC))
    booth.runner = booth.new_runner(clock)
    booth.enter()
    with booth.running():
        eventually(lambda: booth.live.frames >= 3)
        assert (booth.live.phase, booth.live.steady, booth.live.advice) == (Phase.PRESENT, 0.0, "")
        assert booth.live.frame is not None
        clock.advance(STEADY_SECONDS / 2)
        eventually(lambda: booth.live.steady == pytest.approx(0.5))
        seen = booth.live.frames
        eventually(lambda: booth.live.frames >= seen + 2)
        assert booth.desk.now.attempts == ()
        clock.advance(STEADY_SECONDS)
        now = booth.until_done(Step.PHOTO)
        booth.until(Phase.IDLE)
    (attempt,) = now.tries(Step.PHOTO)
    assert (attempt.good, attempt.device) == (True, Kind.CAMERA)
    assert [(s.position, s.format, s.width, s.height) for s in attempt.samples] == [
        ("face", ImageFormat.JPEG2000, 480, 640),
        ("face-original", ImageFormat.JPEG2000, 1280, 720),
    ]


def test_a_face_that_stays_short_of_the_limits_is_taken_for_the_operator_to_decide(
    booth: Booth, eventually: Eventually
) -> None:
    """Who cannot shut the mouth, or a hall with poor light: without an attempt there is nothing to accept."""
    booth.begin(Step.PHOTO)
    clock = SetClock(datetime(2026, 2, 3, tzinfo=UTC))
    booth.judge = WorkerJudge(booth.worker, Gates(face=FaceGate(min_eye_distance=500)))
    booth.runner = booth.new_runner(clock)
    booth.enter()
    with booth.running():
        eventually(lambda: booth.live.frames >= 3)
        assert (booth.live.advice, booth.live.steady) == ("advice.face.closer", 0.0)
        clock.advance(booth.settings.photo_patience_seconds)
        now = booth.until_tries(Step.PHOTO, 1)
    (attempt,) = now.tries(Step.PHOTO)
    assert (attempt.good, attempt.advice) == (False, "advice.face.closer")
    assert [sample.position for sample in attempt.samples] == ["face", "face-original"]


def test_whoever_is_not_in_the_picture_is_told_so_and_not_taken(booth: Booth, eventually: Eventually) -> None:
    booth.begin(Step.PHOTO)
    with booth.running():
        eventually(lambda: booth.live.frames >= 3)
        assert booth.live.advice.startswith("advice.face.")
        assert booth.live.steady == 0.0
        booth.enter()
        booth.until_done(Step.PHOTO)


def test_a_slap_that_is_good_at_once_completes_the_step(booth: Booth) -> None:
    booth.begin(Step.RIGHT_FOUR)
    booth.enter()
    with booth.running():
        now = booth.until_done(Step.RIGHT_FOUR)
    (attempt,) = now.tries(Step.RIGHT_FOUR)
    assert attempt.good
    assert {sample.position for sample in attempt.samples} == set(RIGHT_FOUR)
    assert min(sample.score for sample in attempt.samples) == attempt.score > 0
    assert booth.kept_files() >= set(booth.acknowledged())


def test_after_three_poor_slaps_the_student_is_asked(booth: Booth, eventually: Eventually) -> None:
    booth.begin(Step.RIGHT_FOUR)
    booth.lacks(Position.RIGHT_RING, Position.RIGHT_LITTLE)
    booth.settings = EnrolmentSettings(capture_seconds=0.2)
    booth.runner = booth.new_runner()
    booth.enter(Behaviour.DRY)
    with booth.running():
        live = booth.until(Phase.PAUSED)
        assert live.advice == "advice.finger.dry"
        assert live.scores.keys() == {Position.RIGHT_INDEX, Position.RIGHT_MIDDLE}
        assert [position for position, (_, good) in live.scores.items() if not good] == [Position.RIGHT_INDEX]
        tries = booth.desk.now.tries(Step.RIGHT_FOUR)
        assert [attempt.good for attempt in tries] == [False, False, False]
        # The one who says "again" and takes long is not asked again before there was another attempt.
        booth.rig.stage.leave()
        asked = booth.requests()
        booth.runner.again()
        eventually(lambda: booth.requests() >= asked + 3)
        assert booth.live.phase is Phase.PRESENT
        booth.enter()
        now = booth.until_done(Step.RIGHT_FOUR)
        assert [attempt.good for attempt in now.tries(Step.RIGHT_FOUR)] == [False, False, False, True]
        assert now.completed[Step.RIGHT_FOUR].attempt == 4


def test_the_operator_accepts_and_the_runner_moves_on(booth: Booth, eventually: Eventually) -> None:
    """At the pause, and while the scanner waits: what comes after that belongs to no step."""
    booth.begin(Step.RIGHT_FOUR, Step.LEFT_FOUR)

    def accept() -> None:
        booth.desk.act(lambda tx: commands.accept(tx, booth.desk.enrolment, "scar", booth.desk.settings))
        booth.runner.look_again()

    for _ in range(3):
        booth.desk.attempt(good=False, score=20)
    with booth.running():
        booth.until(Phase.PAUSED)
        accept()
        eventually(lambda: booth.requests() == 1)
        assert (booth.live.phase, booth.live.step) == (Phase.PRESENT, Step.LEFT_FOUR)
        for _ in range(3):
            booth.desk.attempt(good=False, score=20)
        accept()
        booth.enter()
        booth.until(Phase.IDLE)
        now = booth.desk.now
    assert [attempt.device for attempt in now.tries(Step.LEFT_FOUR)] == ["", "", ""]
    assert (booth.requests(), booth.kept_files()) == (1, set())


@pytest.mark.parametrize(
    ("step", "lacks", "behaviour"),
    [
        (Step.RIGHT_FOUR, Position.RIGHT_RING, Behaviour.GOOD),
        (Step.LEFT_FOUR, Position.LEFT_LITTLE, Behaviour.MISSING_FINGER),
    ],
)
def test_a_capture_that_an_exception_overtook_is_not_kept(
    booth: Booth, eventually: Eventually, step: Step, lacks: Position, behaviour: Behaviour
) -> None:
    """Neither as an attempt, nor as one that was refused for the finger that is now excepted."""
    booth.begin(step)
    with booth.running():
        eventually(lambda: booth.requests() == 1)
        booth.lacks(lacks)
        booth.enter(behaviour)
        eventually(lambda: booth.desk.now.done(step))
        now = booth.desk.now
    (attempt,) = now.tries(step)
    whole = {Step.RIGHT_FOUR: RIGHT_FOUR, Step.LEFT_FOUR: LEFT_FOUR}[step]
    assert (attempt.number, attempt.code) == (1, "")
    assert {sample.position for sample in attempt.samples} == set(whole) - {lacks}
    assert booth.kept_files() >= {sample.id for sample in attempt.samples}
    eventually(lambda: booth.kept_files() == set(booth.acknowledged()))


def test_the_same_hand_twice_is_refused_and_the_other_one_taken(booth: Booth, hands: dict[Step, Judgement]) -> None:
    booth.begin(Step.RIGHT_FOUR, Step.LEFT_FOUR)
    booth.give(Step.RIGHT_FOUR, hands[Step.RIGHT_FOUR])
    booth.enter(Behaviour.SAME_HAND)
    with booth.running():
        now = booth.until_done(Step.LEFT_FOUR)
    refused, taken = now.tries(Step.LEFT_FOUR)
    assert (refused.code, refused.samples, refused.good) == ("advice.finger.wrong-hand", (), False)
    assert (taken.code, taken.good, taken.number) == ("", True, 2)


@pytest.mark.parametrize("behaviour", [Behaviour.GOOD, Behaviour.STRANGER_INDEXES])
def test_the_second_indexes(booth: Booth, hands: dict[Step, Judgement], behaviour: Behaviour) -> None:
    booth.begin(Step.RIGHT_FOUR, Step.LEFT_FOUR, Step.VERIFY_INDEXES)
    booth.give(Step.RIGHT_FOUR, hands[Step.RIGHT_FOUR])
    booth.give(Step.LEFT_FOUR, hands[Step.LEFT_FOUR])
    booth.enter(behaviour)
    for hand in ("1", "2"):
        assert booth.rig.stage.attempt(hand) == 0  # the slap before
    with booth.running():
        now = booth.until_tries(Step.VERIFY_INDEXES, 1)
        booth.fault(Kind.FINGERPRINT, "unplug")  # the next attempt need not be waited for
        scores = now.match_scores
    assert scores.keys() == {"right-index", "left-index"}
    (attempt, *_) = now.tries(Step.VERIFY_INDEXES)
    threshold = Gates().finger.match_threshold
    if behaviour is Behaviour.GOOD:
        assert min(scores.values()) >= threshold
        assert (attempt.good, now.step) == (True, Step.SIGN_OFF)
    else:
        assert max(scores.values()) < threshold
        assert (attempt.good, attempt.advice) == (False, "advice.finger.not-the-same")
        assert now.step is Step.VERIFY_INDEXES
        assert len(attempt.samples) == 2


def test_a_signature_is_begun_anew_and_finished(booth: Booth, eventually: Eventually) -> None:
    booth.begin(Step.SIGNATURE)
    with booth.running():
        booth.until(Phase.PRESENT)
        assert booth.live.pad_mm == (108.0, 65.0)
        booth.sign(dot=True)
        booth.runner.pen_clear()
        eventually(lambda: booth.live.ink == ())
        booth.sign()
        written = booth.live.ink
        booth.runner.pen_done()
        now = booth.until_done(Step.SIGNATURE)
    (attempt,) = now.tries(Step.SIGNATURE)
    picture, series = attempt.samples
    assert (attempt.good, picture.format, series.format) == (True, ImageFormat.PNG, ImageFormat.JSON)
    assert len(json.loads(booth.spool.get(now.id, series.id))["points"]) == len(written)


def test_nothing_written_is_no_signature(booth: Booth) -> None:
    booth.begin(Step.SIGNATURE)
    booth.runner.pen_done()  # a tap from before the pad was ready finishes nothing
    with booth.running():
        booth.until(Phase.PRESENT)
        assert booth.desk.now.tries(Step.SIGNATURE) == ()
        booth.runner.pen_done()
        now = booth.until_tries(Step.SIGNATURE, 1)
        (attempt,) = now.tries(Step.SIGNATURE)
        assert (attempt.good, attempt.samples, attempt.code) == (False, (), "advice.signature.empty")
        booth.sign()
        booth.runner.pen_done()
        booth.until_done(Step.SIGNATURE)


def test_the_approval_is_to_be_signed_as_before(booth: Booth) -> None:
    booth.begin(Step.SIGNATURE, Step.APPROVE)
    with booth.running():
        booth.until(Phase.PRESENT)
        booth.sign()
        booth.runner.pen_done()
        booth.until_done(Step.SIGNATURE)
        booth.until(Phase.PRESENT)
        booth.sign(1, behaviour=Behaviour.OTHER_HAND)
        booth.runner.pen_done()
        (other,) = booth.until_tries(Step.APPROVE, 1).tries(Step.APPROVE)
        assert (other.good, other.advice) == (False, "advice.signature.not-alike")
        booth.until(Phase.PRESENT)
        booth.sign(1)
        booth.runner.pen_done()
        now = booth.until_done(Step.APPROVE)
    assert now.tries(Step.APPROVE)[1].samples[0].measures["resemblance"] > 50


def test_both_eyes(booth: Booth) -> None:
    booth.begin(Step.IRISES)
    booth.enter(Behaviour.SLEEPY)
    with booth.running():
        now = booth.until_done(Step.IRISES)
    first, second = now.tries(Step.IRISES)
    assert (first.good, first.advice, second.good) == (False, "advice.iris.open", True)
    assert [sample.position for sample in second.samples] == list(IRISES)


def test_parked_while_the_scanner_waits(booth: Booth, eventually: Eventually) -> None:
    booth.begin(Step.RIGHT_FOUR)
    enrolment = booth.desk.enrolment
    with booth.running():
        eventually(lambda: booth.requests() == 1)
        booth.desk.act(lambda tx: commands.park(tx, enrolment, "prayer"))
        booth.enter()
        booth.until(Phase.IDLE)
        assert booth.desk.now.attempts == ()
        assert booth.kept_files() == set()
        booth.desk.act(lambda tx: commands.start(tx, booth.desk.ticket, booth.desk.settings))
        booth.runner.look_again()
        now = booth.until_done(Step.RIGHT_FOUR)
    assert [attempt.number for attempt in now.tries(Step.RIGHT_FOUR)] == [1]


def test_cancelled_while_it_is_judged(booth: Booth) -> None:
    booth.begin(Step.RIGHT_FOUR)
    booth.enter()
    with booth.running():
        with booth.halted_worker():
            booth.until(Phase.JUDGING)
            booth.desk.act(lambda tx: commands.cancel(tx, booth.desk.enrolment, "left"))
            booth.spool.destroy(booth.desk.enrolment)  # as when the visit is closed
        booth.until(Phase.IDLE)
    assert booth.desk.now.status is Status.CANCELLED
    assert booth.desk.now.tries(Step.RIGHT_FOUR) == ()
    assert booth.spool.enrolments() == []


def test_repeated_while_it_is_judged(booth: Booth) -> None:
    """What was captured before the step began anew does not count in the new round."""
    booth.begin(Step.SIGNATURE)
    booth.desk.attempt(good=False)
    with booth.running():
        booth.until(Phase.PRESENT)
        booth.sign()
        with booth.halted_worker():
            booth.runner.pen_done()
            booth.until(Phase.JUDGING)
            booth.desk.act(lambda tx: commands.repeat(tx, booth.desk.enrolment, Step.SIGNATURE))
        booth.until(Phase.PRESENT)
        now = booth.desk.now
        assert [attempt.device for attempt in now.tries(Step.SIGNATURE)] == [""]
        assert booth.kept_files() == set()


def test_two_touchscreens_record_an_attempt_once(booth: Booth, other_broker: Broker, eventually: Eventually) -> None:
    """Each has its own journal and its own devices, as two processes have; the pen's reports reach both."""
    booth.begin(Step.SIGNATURE)
    other_journal = Journal.open(booth.desk.journal.path.parent)
    other = booth.new_runner(journal=other_journal, broker=other_broker)
    try:
        with booth.running(), booth.running(other):
            booth.until(Phase.PRESENT)
            eventually(lambda: other.live.phase is Phase.PRESENT)
            booth.sign(dot=True)
            eventually(lambda: other.live.ink == booth.live.ink)
            with booth.halted_worker():
                for runner in (booth.runner, other):
                    runner.pen_done()
                booth.until(Phase.JUDGING)
                eventually(lambda: other.live.phase is Phase.JUDGING)
            eventually(lambda: Phase.JUDGING not in (booth.live.phase, other.live.phase))
            (attempt,) = booth.desk.now.tries(Step.SIGNATURE)
            assert (attempt.number, attempt.good) == (1, False)
            assert booth.kept_files() == set(booth.acknowledged())
    finally:
        other_journal.close()
