"""Every student screen in its states, for the gallery and the check that everything fits. The people are invented."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import cv2
import msgspec
import numpy as np

from station.biometrics.samples import LEFT_FOUR, RIGHT_FOUR, Position
from station.enrolment.capture import Live, Phase
from station.enrolment.steps import CAPTURES, EnrolmentSettings, Step
from station.hardware.devices import Image, Kind, PenPoint
from station.queue.states import TicketState
from station.roster.nik import Sex
from station.roster.register import Listed
from station.roster.students import Student
from station.screens.gallery import Exhibit
from station.screens.pixels import Pixels
from station.screens.stage import Place
from station.screens.student.flow import Flow, Found, Stage
from station.screens.student.router import Name, Shown, route
from station.screens.student.view import Board, Finished, Running, TicketView, View

STUDENT: Final = Student(
    name="Siti Aminah",
    birth_date=date(2009, 8, 17),
    sex=Sex.FEMALE,
    birth_place="Paringin",
    nik="6311055708090002",
    no_kk="6311050102030004",
    street="Jl. A. Yani km 3",
    rt="004",
    rw="001",
    hamlet="Dusun Mawar",
    village="Paringin Kota",
    district="Paringin",
)
LONGEST: Final = msgspec.structs.replace(
    STUDENT,
    name="Muhammad Abdurrahman Nurhidayatullah Syarifuddin Al-Banjari M",
    street="Jl. Gubernur Haji Aberani Sulaiman Gang Keluarga Sejahtera Nomor 114 B",
    hamlet="Dusun Lingkungan Baru Sejahtera",
    village="Batu Piring Kecamatan Paringin Selatan",
    nik="",
)
BOARD: Final = Board(following=(15, 16, 17), before=13, waiting=8, ahead=8, minutes=(40, 60))
VIEW: Final = View(
    visit="vis_1",
    school="SMAN 1 Paringin",
    board=BOARD,
    classes=("X-1", "X-2", "XI IPA 1", "XI IPA 2", "XI IPS 1", "XI IPS 2", "XII IPA 1", "XII IPA 2", "XII IPS 1"),
    documents=EnrolmentSettings().documents,
)
TICKET: Final = TicketView("tkt_1", 21, TicketState.WAITING, 8, (40, 60), "started")
RUNNING: Final = Running(
    enrolment="enr_1", ticket="tkt_0", number=14, language="id", step=Step.IDENTITY, steps=EnrolmentSettings().steps
)


def _step(step: Step, **changes: Any) -> View:
    wanted = CAPTURES.get(step, ())
    running = msgspec.structs.replace(RUNNING, step=step, wanted=wanted, **changes)
    board = msgspec.structs.replace(BOARD, serving=14)
    return msgspec.structs.replace(VIEW, running=running, board=board)


def _live(step: Step, phase: Phase = Phase.PRESENT, **given: Any) -> Live:
    return msgspec.structs.replace(Live(enrolment="enr_1", step=step, phase=phase), **given)


_ADVISED: Final = ("dark", "turn-left", "chin-up", "level", "eyes", "uneven", "backdrop-red")
"""Some of what is said at the photo, the longest among it."""


def _person() -> Pixels:
    """Nobody: a head and shoulders before the red ground of an odd birth year."""
    picture = np.full((480, 640, 3), (196, 30, 34), np.uint8)
    cv2.ellipse(picture, (320, 520), (190, 170), 0, 0, 360, (240, 240, 244), -1, cv2.LINE_AA)
    cv2.rectangle(picture, (280, 300), (360, 380), (196, 148, 118), -1)
    cv2.ellipse(picture, (320, 205), (104, 130), 0, 0, 360, (38, 30, 30), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (320, 228), (84, 112), 0, 0, 360, (214, 168, 136), -1, cv2.LINE_AA)
    for x in (286, 354):
        cv2.ellipse(picture, (x, 212), (13, 6), 0, 0, 360, (250, 250, 250), -1, cv2.LINE_AA)
        cv2.circle(picture, (x, 212), 6, (40, 26, 20), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (320, 290), (26, 6), 0, 0, 360, (170, 92, 86), -1, cv2.LINE_AA)
    return np.asarray(picture, dtype=np.uint8)


def _frame() -> Image:
    pixels = _person()
    return Image(pixels.shape[1], pixels.shape[0], 3, pixels.tobytes())


def _ink() -> tuple[PenPoint, ...]:
    angles = np.linspace(0, 14, 120)
    drawn = [PenPoint(18 + a * 3.0, 22 + 9 * float(np.sin(a * 1.9)), 0.6, a / 8) for a in map(float, angles)]
    return (*drawn, PenPoint(60, 22, 0.0, 2.0))


def _scores(positions: tuple[Position, ...], *poor: Position) -> dict[Position, tuple[int, bool]]:
    return {position: (22, False) if position in poor else (61, True) for position in positions}


def _at(name: str, shown: Shown) -> Exhibit:
    """Each exhibit is another recording, so that none holds an instruction of the one before."""
    running = shown.view.running
    if running is not None:
        running = msgspec.structs.replace(running, enrolment=f"enr_{name}")
        live = msgspec.structs.replace(shown.live, enrolment=running.enrolment)
        shown = msgspec.structs.replace(shown, view=msgspec.structs.replace(shown.view, running=running), live=live)
    return Exhibit(name, Place(route(shown), shown))


def _finding() -> list[Exhibit]:
    home = Flow()
    found = Found("stu_1", "S*** A*****", "XI IPA 1", "nik")
    people = (
        Listed("stu_1", "Siti Aminah", nik="…0003"),
        Listed("stu_4", "Siti Aminah", nik="…0001"),
        Listed("stu_2", "Siti Aminatun Zahra"),
        Listed("stu_3", LONGEST.name),
    )
    hidden = ("A*** R****", "B***", "S*** A*****", "S*** N***")
    masked = tuple(Listed(f"stu_{n}", name) for n, name in enumerate(hidden))
    names = Flow(Stage.NAME, class_name="XI IPA 1")
    too_young = Found("stu_1", "S***", "X-1", "nik", "checkin.too-young", date(2027, 3, 4))
    many = msgspec.structs.replace(VIEW, classes=tuple(f"XII MIPA {n}" for n in range(1, 33)))
    states = {
        "find": home.to(Stage.FIND),
        "find_code": home.to(Stage.CODE),
        "find_code-found": home.to(Stage.CODE, found=msgspec.structs.replace(found, via="code")),
        "find_code-unknown": home.to(Stage.CODE, found=Found(problem="checkin.code-unknown")),
        "find_nik": home.to(Stage.NIK),
        "find_nik-typed": home.to(Stage.NIK).typing("631105570809"),
        "find_nik-whole": home.to(Stage.NIK).typing(STUDENT.nik),
        "find_nik-found": home.to(Stage.NIK, found=found),
        "find_nik-held": home.to(Stage.NIK, found=msgspec.structs.replace(found, ticket="tkt_1")),
        "find_nik-unknown": home.to(Stage.NIK, found=Found(problem="checkin.nik-unknown")),
        "find_nik-recorded": home.to(Stage.NIK, found=Found(problem="checkin.recorded")),
        "find_nik-recorded-16": home.to(Stage.NIK, found=Found(problem="checkin.recorded", on=date(2026, 8, 17))),
        "find_nik-too-young": home.to(Stage.NIK, found=too_young),
        "find_nik-other-school": home.to(Stage.NIK, found=Found(problem="checkin.other-school")),
        "find_name-class": home.to(Stage.NAME),
        "find_name-masked": names.typing("", masked),
        "find_name-typed": names.typing("SITI", people),
        "find_name-none": names.typing("XQ", ()),
        "find_name-found": names.answered(Found("stu_3", LONGEST.name, "XI IPA 1", "name")),
    }
    classes = _at("find_name-classes", Shown(many, home.to(Stage.NAME)))
    return [classes, *(_at(name, Shown(VIEW, flow)) for name, flow in states.items())]


def _tickets() -> list[Exhibit]:
    states = {
        "ticket": TICKET,
        "ticket-printed": msgspec.structs.replace(TICKET, print_state="printed"),
        "ticket-no-paper": msgspec.structs.replace(TICKET, print_state="failed", printer_problem="printer.paper-end"),
        "ticket-soon": msgspec.structs.replace(TICKET, ahead=1, minutes=(0, 10)),
        "ticket-next": msgspec.structs.replace(TICKET, ahead=0, minutes=(0, 5)),
        "ticket-cancelled": msgspec.structs.replace(TICKET, state=TicketState.CANCELLED),
        "ticket-missed": msgspec.structs.replace(TICKET, state=TicketState.MISSED, print_state="printed"),
    }
    # Each is another ticket, so that none has waited for its paper since the one before.
    tickets = {name: msgspec.structs.replace(ticket, id=f"tkt_{name}") for name, ticket in states.items()}
    return [
        _at(name, Shown(msgspec.structs.replace(VIEW, ticket=ticket), Flow().show_ticket(ticket.id)))
        for name, ticket in tickets.items()
    ]


def _recording() -> list[Exhibit]:
    fingers = {
        "fingers-right": (Step.RIGHT_FOUR, (), _live(Step.RIGHT_FOUR)),
        "fingers-left-poor": (
            Step.LEFT_FOUR,
            (),
            _live(Step.LEFT_FOUR, advice="advice.finger.dry", scores=_scores(LEFT_FOUR, LEFT_FOUR[1], LEFT_FOUR[3])),
        ),
        "fingers-missing": (
            Step.RIGHT_FOUR,
            (Position.RIGHT_RING,),
            _live(Step.RIGHT_FOUR, Phase.JUDGING, scores=_scores(RIGHT_FOUR)),
        ),
        "fingers-paused": (
            Step.THUMBS,
            (),
            _live(
                Step.THUMBS,
                Phase.PAUSED,
                advice="advice.finger.press",
                scores=_scores(CAPTURES[Step.THUMBS], Position.LEFT_THUMB),
            ),
        ),
        "fingers-paused-four": (
            Step.LEFT_FOUR,
            (),
            _live(Step.LEFT_FOUR, Phase.PAUSED, advice="advice.finger.duplicate", scores=_scores(LEFT_FOUR)),
        ),
        "irises": (Step.IRISES, (), _live(Step.IRISES)),
        "irises-paused": (Step.IRISES, (), _live(Step.IRISES, Phase.PAUSED, advice="advice.iris.reflection")),
        "irises-poor": (
            Step.IRISES,
            (),
            _live(Step.IRISES, advice="advice.iris.open", scores=_scores(CAPTURES[Step.IRISES], Position.LEFT_IRIS)),
        ),
        "verify": (Step.VERIFY_INDEXES, (), _live(Step.VERIFY_INDEXES)),
        "wait_device": (
            Step.RIGHT_FOUR,
            (),
            _live(Step.RIGHT_FOUR, Phase.NO_DEVICE, device=Kind.FINGERPRINT, problem="fingerprint.gone"),
        ),
        "wait_device-fault": (
            Step.IRISES,
            (),
            _live(Step.IRISES, Phase.NO_DEVICE, device=Kind.IRIS, problem="iris.no-trust"),
        ),
        "wait_device-disk": (Step.RIGHT_FOUR, (), _live(Step.RIGHT_FOUR, Phase.NO_DISK, problem="disk.full")),
    }
    photo = _live(Step.PHOTO, frame=_frame(), frames=1)
    photos = {
        "photo": msgspec.structs.replace(photo, steady=0.6),
        **{f"photo-{name}": msgspec.structs.replace(photo, advice=f"advice.face.{name}") for name in _ADVISED},
        "photo-taken": msgspec.structs.replace(photo, phase=Phase.JUDGING, steady=1.0),
        "photo-paused": _live(Step.PHOTO, Phase.PAUSED, advice="advice.face.glasses"),
        "photo-waiting": _live(Step.PHOTO),
    }
    signed: dict[str, Any] = {"ink": _ink(), "pad_mm": (100.0, 50.0), "frames": 121}
    confirming = msgspec.structs.replace(_step(Step.CONFIRM, student=STUDENT), helped=(RUNNING.ticket,))
    return [
        _at("with_operator", Shown(_step(Step.DOCUMENTS))),
        _at("with_operator-disputed", Shown(_step(Step.DOCUMENTS, disputed=True))),
        _at("confirm", Shown(_step(Step.CONFIRM, student=STUDENT))),
        _at("confirm-longest", Shown(_step(Step.CONFIRM, student=LONGEST))),
        _at("confirm-help", Shown(confirming)),
        *(_at(name, Shown(_step(Step.PHOTO), live=live)) for name, live in photos.items()),
        _at("photo_approval", Shown(_step(Step.PHOTO_APPROVAL, photo="smp_1"), photo=_person())),
        _at("signature", Shown(_step(Step.SIGNATURE), live=_live(Step.SIGNATURE, pad_mm=(100.0, 50.0)))),
        _at("signature-signed", Shown(_step(Step.SIGNATURE), live=_live(Step.SIGNATURE, **signed))),
        _at("signature-judging", Shown(_step(Step.SIGNATURE), live=_live(Step.SIGNATURE, Phase.JUDGING, **signed))),
        *(_at(name, Shown(_step(step, missing=missing), live=live)) for name, (step, missing, live) in fingers.items()),
        _at("approve", Shown(_step(Step.APPROVE), live=_live(Step.APPROVE, **signed))),
        _at("finishing", Shown(_step(Step.SIGN_OFF))),
    ]


def _boards() -> list[Exhibit]:
    called = msgspec.structs.replace(BOARD, called=14, calls=1)
    done = Finished("enr_1", 14, "id", 1.0, date(2026, 8, 17), slip_state="started")
    now = msgspec.structs.replace(done, card_now=True, slip_state="printed")
    unwell = msgspec.structs.replace(done, printer_problem="printer.paper-end")
    return [
        _at("closed", Shown(View())),
        _at("welcome", Shown(VIEW)),
        _at("welcome-empty", Shown(msgspec.structs.replace(VIEW, board=Board()))),
        _at("called", Shown(msgspec.structs.replace(VIEW, board=called))),
        _at("called-again", Shown(msgspec.structs.replace(VIEW, board=msgspec.structs.replace(called, calls=3)))),
        _at("find-called", Shown(msgspec.structs.replace(VIEW, board=called), Flow().to(Stage.FIND))),
        _at("done", Shown(msgspec.structs.replace(VIEW, finished=done))),
        _at("done-no-slip", Shown(msgspec.structs.replace(VIEW, finished=unwell))),
        _at("done-card", Shown(msgspec.structs.replace(VIEW, finished=now, board=called))),
    ]


def exhibits() -> list[Exhibit]:
    """All of them, in the order in which a student meets them."""
    return [*_boards(), *_finding(), *_tickets(), *_recording()]


SCREENS: Final = tuple(Name)
"""Every screen has at least one exhibit; a test counts."""
