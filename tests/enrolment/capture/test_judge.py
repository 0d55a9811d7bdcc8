"""The judge: what cannot be judged is refused with a reason, and the comparisons of each step."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from station.bench.people.faces import BLUE
from station.bench.people.person import Behaviour, GeneratedPeople
from station.biometrics.face import Backdrop
from station.biometrics.gates import Gates
from station.biometrics.samples import IRISES, LEFT_FOUR, RIGHT_FOUR, Position, Sample
from station.enrolment.judge import UNUSABLE, WorkerJudge
from station.enrolment.judgement import Judgement
from station.enrolment.steps import Step
from station.enrolment.worker import Worker
from station.hardware.devices import FingerCapture, Image, PenPoint

PEOPLE = GeneratedPeople()
ONE = PEOPLE.subject("stu_one", "")
BROKEN = Image(100, 100, 3, b"too little")
INDEXES = (Position.RIGHT_INDEX, Position.LEFT_INDEX)
PAD_MM = (108.0, 65.0)


@pytest.fixture
def judge(worker: Worker) -> WorkerJudge:
    return WorkerJudge(worker, Gates())


def _single(position: Position, attempt: int, behaviour: Behaviour = Behaviour.GOOD) -> FingerCapture:
    drawn = PEOPLE.subject("stu_one", behaviour).finger(position, attempt)
    assert drawn is not None
    return FingerCapture(position, ((position, Image(drawn.shape[1], drawn.shape[0], 1, drawn.tobytes(), 500)),))


def _indexes(hands: dict[Step, Judgement]) -> list[Sample]:
    return [s for judged in hands.values() for s in judged.samples if s.position in INDEXES]


def _ink(points: Sequence[tuple[float, float]], pressure: float = 0.5) -> list[PenPoint]:
    return [PenPoint(x, y, pressure, number / 100) for number, (x, y) in enumerate(points)]


def test_a_live_picture(judge: WorkerJudge) -> None:
    view = ONE.view(0.0)
    empty = PEOPLE.subject("stu_one", Behaviour.ABSENT).view(0.0)
    assert view is not None
    assert empty is not None
    frames = [Image(picture.shape[1], picture.shape[0], 3, picture.tobytes()) for picture in (view, empty)]
    good, nobody, unusable = ([judge.look(frame, None) for _ in range(2)][-1] for frame in (*frames, BROKEN))
    assert (good.good, good.advice) == (True, "")
    assert not nobody.good
    assert nobody.advice.startswith("advice.face.")
    assert (unusable.good, unusable.advice) == (False, UNUSABLE)


def test_a_wrong_backdrop_is_said_but_the_picture_can_be_taken(judge: WorkerJudge) -> None:
    view = ONE.view(0.0)
    assert view is not None
    frame = Image(view.shape[1], view.shape[0], 3, view.tobytes())
    wrong = Backdrop.RED if ONE.person.backdrop == BLUE else Backdrop.BLUE
    look = judge.look(frame, wrong)
    assert (look.good, look.present, look.advice) == (True, True, f"advice.face.backdrop-{wrong}")
    judged = judge.photo(frame, wrong)
    assert (judged.good, judged.advice) == (False, f"advice.face.backdrop-{wrong}")
    portrait, original = judged.samples
    assert (portrait.position, portrait.width, portrait.height) == (Position.FACE, 480, 640)
    assert (original.position, original.width, original.height) == (Position.FACE_ORIGINAL, 1280, 720)
    right = judge.photo(frame, Backdrop.BLUE if wrong is Backdrop.RED else Backdrop.RED)
    assert right.good
    assert right.judged == right.samples[:1]


def test_a_picture_of_nobody_is_refused_with_what_to_do(judge: WorkerJudge) -> None:
    view = PEOPLE.subject("stu_one", Behaviour.ABSENT).view(0.0)
    assert view is not None
    judged = judge.photo(Image(view.shape[1], view.shape[0], 3, view.tobytes()), None)
    assert (judged.code, judged.samples) == ("advice.face.none", ())


def test_pictures_that_cannot_be_judged_are_refused(judge: WorkerJudge) -> None:
    capture = FingerCapture(Position.RIGHT_FOUR, tuple((position, BROKEN) for position in RIGHT_FOUR))
    for refused in (
        judge.photo(BROKEN, None),
        judge.fingers(Step.RIGHT_FOUR, [capture], (), []),
        judge.irises([(position, BROKEN) for position in IRISES], ()),
        judge.signature(_ink([(1e9, 3.0), (1e9, 4.0)]), PAD_MM),
    ):
        assert (refused.code, refused.samples, refused.good) == (UNUSABLE, (), False)


def test_an_eye_that_was_asked_for_and_did_not_come(judge: WorkerJudge) -> None:
    drawn = ONE.iris(Position.LEFT_IRIS, 0)
    assert drawn is not None
    left = [(Position.LEFT_IRIS, Image(drawn.shape[1], drawn.shape[0], 1, drawn.tobytes()))]
    assert judge.irises(left, ()).code == "advice.iris.lacking"
    assert judge.irises([], (Position.RIGHT_IRIS,)).code == "advice.iris.lacking"
    alone = judge.irises(left, (Position.RIGHT_IRIS,))
    assert (alone.code, alone.good, [sample.position for sample in alone.samples]) == ("", True, [Position.LEFT_IRIS])


def test_eyes_that_the_scanner_does_not_name(judge: WorkerJudge) -> None:
    drawn = [(position, ONE.iris(position, 0)) for position in IRISES]
    images = [Image(eye.shape[1], eye.shape[0], 1, eye.tobytes()) for _, eye in drawn if eye is not None]
    told = judge.irises(list(zip(IRISES, images, strict=True)), ())
    untold = judge.irises([(None, image) for image in images], ())
    assert (untold.code, [sample.position for sample in untold.samples]) == ("", list(IRISES))
    assert [sample.data for sample in untold.samples] == [sample.data for sample in told.samples]
    alone = judge.irises([(None, images[1])], (Position.RIGHT_IRIS,))
    assert [sample.position for sample in alone.samples] == [Position.LEFT_IRIS]
    assert judge.irises([(None, images[1])], ()).code == "advice.iris.lacking"


def test_one_eye_given_for_both(judge: WorkerJudge) -> None:
    drawn = [ONE.iris(Position.LEFT_IRIS, number) for number in (0, 1)]
    images = [Image(eye.shape[1], eye.shape[0], 1, eye.tobytes()) for eye in drawn if eye is not None]
    refused = judge.irises(list(zip(IRISES, images, strict=True)), ())
    assert (refused.code, refused.samples) == ("advice.iris.same-eye", ())


def test_an_empty_signature_and_lifted_pen_are_not_good(judge: WorkerJudge) -> None:
    for ink in ([], _ink([(20.0, 20.0), (60.0, 40.0)], pressure=0.0)):
        judged = judge.signature(ink, PAD_MM)
        assert (judged.good, judged.samples, judged.code) == (False, (), "advice.signature.empty")


def test_the_hand_that_was_taken_before_is_refused_for_the_other(
    judge: WorkerJudge, hands: dict[Step, Judgement]
) -> None:
    right = [ONE.finger(position, 3) for position in RIGHT_FOUR]
    captures = [
        FingerCapture(
            Position.LEFT_FOUR,
            tuple(
                (position, Image(drawn.shape[1], drawn.shape[0], 1, drawn.tobytes(), 500))
                for position, drawn in zip(LEFT_FOUR, right, strict=True)
                if drawn is not None
            ),
        )
    ]
    earlier = list(hands[Step.RIGHT_FOUR].samples)
    assert judge.fingers(Step.LEFT_FOUR, captures, (), earlier).code == "advice.finger.wrong-hand"
    assert judge.fingers(Step.LEFT_FOUR, captures, (), []).code == ""


def test_second_indexes_are_compared_with_the_first(judge: WorkerJudge, hands: dict[Step, Judgement]) -> None:
    captures = [_single(position, 1) for position in INDEXES]
    own = judge.fingers(Step.VERIFY_INDEXES, captures, (), _indexes(hands))
    assert set(own.matches) == set(INDEXES)
    assert min(own.matches.values()) >= Gates().finger.match_threshold
    assert own.good
    strange = [_single(position, 1, Behaviour.STRANGER_INDEXES) for position in INDEXES]
    others = judge.fingers(Step.VERIFY_INDEXES, strange, (), _indexes(hands))
    assert max(others.matches.values()) < Gates().finger.match_threshold


def test_where_the_step_compares_the_match_decides_and_not_the_quality(hands: dict[Step, Judgement]) -> None:
    """A finger that the operator accepted dry will be dry again."""
    poor = tuple(
        msgspec.structs.replace(sample, verdict=msgspec.structs.replace(sample.verdict, good=False))
        for sample in _indexes(hands)
    )
    assert Judgement(samples=poor, matches=dict.fromkeys(INDEXES, 90)).good
    assert not Judgement(samples=poor).good
    assert not Judgement().good
