"""The console's screens in the states that matter, with invented people, for the gallery and its checks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import cv2
import msgspec
import numpy as np

from station.biometrics.samples import RIGHT_FOUR, Position
from station.enrolment.commands import LOST
from station.enrolment.state import Status
from station.enrolment.steps import Step
from station.hardware.devices import Kind
from station.operators import Outcome, SignIn
from station.queue.states import TicketState
from station.roster import names
from station.screens.gallery import Exhibit
from station.screens.operator.desk import Found
from station.screens.operator.pages import Name, Page, Shown
from station.screens.operator.reading import DEVICES
from station.screens.operator.view import (
    AlertView,
    AttemptView,
    DayView,
    DeviceView,
    DocumentView,
    Ending,
    FieldView,
    FileView,
    MachineView,
    NowView,
    OperatorView,
    PackageRow,
    PackagesView,
    PairView,
    PersonView,
    PositionView,
    QueueRow,
    SchoolView,
    View,
    VisitView,
)
from station.screens.stage import Place

LONG: Final = "RADEN AJENG MAHARANI KUSUMANINGTYAS PUTRI WULANDARI SETIAWAN"
"""Sixty characters, the longest name that Permendagri 73/2022 allows."""
_NAMES: Final = ("SITI AMINAH", "MUHAMMAD RIZKY", "NUR HALIMAH", "AHMAD FAUZAN", "RAHMAWATI", LONG, "M. YUSUF MA'RUF")
_CLASSES: Final = ("XI IPA 1", "XI IPA 2", "XI IPS 1", "XII TEKNIK KOMPUTER DAN JARINGAN 2")
_OPERATOR: Final = OperatorView("opr_1", "Rahmat Hidayat")
_OPERATORS: Final = (
    _OPERATOR,
    OperatorView("opr_2", "Siti Norhasanah", left_handed=True),
    OperatorView("opr_3", "Muhammad Syarifuddin Al Banjari bin Haji Abdurrahman Siddiq", locked=True),
)


def _row(number: int, state: TicketState, **given: Any) -> QueueRow:
    name = _NAMES[number % len(_NAMES)]
    given.setdefault("calls", 1 if state is TicketState.CALLED else 0)
    return QueueRow(
        ticket=f"tkt_{number}",
        number=number,
        name=names.mask(name),
        class_name=_CLASSES[number % len(_CLASSES)],
        state=state,
        minutes=number % 47,
        **given,
    )


def _queue(waiting: int) -> tuple[QueueRow, ...]:
    done = [_row(n, TicketState.FINISHED, recording=Status.SEALED) for n in range(1, 12)]
    aside = [
        _row(12, TicketState.PARKED, reason="document-missing", enrolment="enr_12", recording=Status.PARKED),
        _row(13, TicketState.MISSED, calls=3),
        _row(14, TicketState.CANCELLED, reason="went-home"),
    ]
    line = [_row(n, TicketState.WAITING, priority="disability" if n == 17 else "") for n in range(17, 17 + waiting)]
    line = [msgspec.structs.replace(row, has_note=row.number % 9 == 0) for row in line]
    return (*done, *aside, *line)


def _day(rows: tuple[QueueRow, ...]) -> DayView:
    endings = {
        TicketState.FINISHED: Ending.SEALED,
        TicketState.WAITING: Ending.WAITING,
        TicketState.CALLED: Ending.CALLED,
        TicketState.SERVING: Ending.SERVING,
        TicketState.PARKED: Ending.PARKED,
        TicketState.MISSED: Ending.MISSED,
        TicketState.CANCELLED: Ending.CANCELLED,
    }
    groups: dict[Ending, tuple[QueueRow, ...]] = {}
    for row in rows:
        groups[endings[row.state]] = (*groups.get(endings[row.state], ()), row)
    return DayView(len(rows), groups)


_NEEDED: Final = (Kind.CAMERA, Kind.FINGERPRINT, Kind.IRIS, Kind.SIGNATURE, Kind.DOCUMENT)
_READY: Final = tuple(DeviceView(kind, "ready", "", "Bench Maker BM-200", "SN0042", True, 31) for kind in DEVICES)
_BROKEN: Final = tuple(
    DeviceView(kind, "fault", "printer.paper-end", "Epson TM-T20III", "X3PK042", False, 2)
    if kind is Kind.PRINTER
    else DeviceView(kind, "gone", "iris.gone", "IriTech IriShield", "", False, 1)
    if kind is Kind.IRIS
    else DeviceView(kind, "none")
    if kind is Kind.CODE
    else DeviceView(kind, "ready", "", "Canon EOS 1300D", "112233", False, 31)
    for kind in DEVICES
)
_PACKAGES: Final = PackagesView(
    11,
    9,
    8,
    1,
    2,
    (
        PackageRow("pkg_1", 11, "S*** A*****", "sealed", 5_210_000, 3, "store-away"),
        PackageRow("pkg_2", 10, names.mask(LONG), "sealed", 4_980_000, 9, "store-conflict"),
        PackageRow(
            "pkg_3", 9, "N** H******", "refused", 5_050_000, 12, "signer-unknown", False, "It is signed by nobody here."
        ),
        *(PackageRow(f"pkg_{n}", n, names.mask(_NAMES[n % 7]), "received", 5_000_000, 60 - n) for n in range(8, 0, -1)),
        PackageRow("pkg_0", 41, "A**** F*****", "delivered", 4_700_000, None, "", True),
    ),
)


def _now(step: Step, **given: Any) -> NowView:
    at = list(Step).index(step)
    return NowView(
        enrolment="enr_15",
        ticket="tkt_15",
        number=15,
        name=given.pop("name", "SITI AMINAH"),
        class_name="XI IPA 1",
        step=step,
        steps=tuple(Step),
        done=tuple(Step)[:at],
        minutes=6,
        step_minutes=2,
        documents=("birth-certificate", "family-card", "parental-consent"),
        **given,
    )


def _view(waiting: int = 23, *, now: NowView | None = None, called: QueueRow | None = None, **given: Any) -> View:
    rows = _queue(waiting)
    if now is not None:
        row = _row(15, TicketState.SERVING, enrolment="enr_15", recording=Status.ACTIVE)
        shown = names.mask(now.name)
        rows = (msgspec.structs.replace(row, name=shown, class_name=now.class_name, minutes=now.minutes), *rows)
    if called is not None:
        rows = (called, *rows)
    base = View(
        operators=_OPERATORS,
        operator=_OPERATOR,
        visit=VisitView("vis_1", "sch_1", "SMA NEGERI 1 PARINGIN", False, _CLASSES),
        queue=rows,
        called=called,
        now=now,
        devices=_READY,
        packages=_PACKAGES,
        day=_day(rows),
        machine=MachineView(41 << 30, 87, True),
    )
    return msgspec.structs.replace(base, **given)


_EMPTY: Final = View(
    operators=_OPERATORS,
    operator=_OPERATOR,
    visit=VisitView("vis_1", "sch_1", "SMA NEGERI 1 PARINGIN", True, ()),
    devices=tuple(
        DeviceView(kind, "none", needed=True) if kind in _NEEDED[1:] else ready
        for kind, ready in zip(DEVICES, _READY, strict=True)
    ),
    machine=MachineView(41 << 30),
)
_FINGERS: Final = _now(
    Step.RIGHT_FOUR,
    captures=True,
    wanted=RIGHT_FOUR[:3],
    missing=(Position.RIGHT_LITTLE,),
    attempts=(
        AttemptView(1, 12, False, "advice.finger.dry"),
        AttemptView(2, 0, False, "advice.finger.duplicate"),
        AttemptView(3, 31, False, "advice.finger.press"),
    ),
    positions=tuple(PositionView(p, 31 + n * 15, n > 0) for n, p in enumerate(RIGHT_FOUR[:3])),
    may_accept=True,
    priority="disability",
    note="Perlu waktu lebih lama.",
)
_TROUBLE: Final = _view(
    120,
    now=_now(Step.IRISES, name=LONG, captures=True, wanted=(Position.RIGHT_IRIS, Position.LEFT_IRIS)),
    visit=VisitView("vis_1", "sch_1", "MADRASAH ALIYAH SWASTA RAUDHATUL ULUM AL ISLAMIYAH HALONG", False, _CLASSES),
    operator=_OPERATORS[2],
    devices=_BROKEN,
    machine=MachineView(400 << 20, 9, False),
    alerts=(AlertView("help", 15, 1, "alr_1"), AlertView("duplicate", 15, 3, "alr_2")),
)
_PAIR: Final = PairView(
    "tkt_15",
    "vis_1",
    PersonView(enrolment="enr_15", number=15, name=LONG, class_name=_CLASSES[3], nik="…0001"),
    PersonView(enrolment="enr_2", number=2, name="SITI NURHALIZA", class_name=_CLASSES[1], nik=""),
)
_FIELDS: Final = (
    FieldView("name", LONG, "RADEN AJENG MAHARANI KUSUMANINGTYAS PUTRI WULANDARI"),
    FieldView("nik", "6311065708100001"),
    FieldView("no_kk", "6311060101110007", "6311060101110001"),
    FieldView("sex", "female"),
    FieldView("birth_place", "KABUPATEN HULU SUNGAI UTARA"),
    FieldView("birth_date", "2010-08-17", "2010-08-07"),
    FieldView("akta", "6311-LT-17082012-0042"),
    FieldView("street", "JALAN JENDERAL AHMAD YANI KM 3,5 GANG MANGGIS NO 17 B"),
    FieldView("rt", "003"),
    FieldView("rw", "001"),
    FieldView("hamlet", ""),
    FieldView("village", "PARINGIN KOTA"),
    FieldView("district", "PARINGIN"),
)

_LONG_NOTE: Final = (
    "Ayah menunggu di luar, tel. 0812-3456-7890. Kursi roda: pintu samping dibuka oleh Pak Rudi, ruang guru. "
    "Kartu Keluarga yang baru dibawa kakaknya setelah pukul 10.00, jadi berkas diperiksa nanti."
)
"""As long as a note can be."""


def _file(row: QueueRow, **given: Any) -> FileView:
    documents = (
        DocumentView("birth-certificate", True, "smp_1"),
        DocumentView("family-card"),
        DocumentView("parental-consent", False),
    )
    return FileView(row=row, name=LONG, fields=_FIELDS, documents=documents, **given)


def _show_picture(screen: Any) -> None:
    """A sheet of paper with lines on it: nobody's document."""
    sheet = np.full((900, 640, 3), 248, np.uint8)
    sheet[80:840:40, 60:580] = 120
    sheet[40:60, 160:480] = 40
    screen.ids.no_picture.text = ""
    screen.ids.picture.show(sheet)


def _wrong_pin(seconds: int, outcome: Outcome) -> Callable[[Any], None]:
    def act(screen: Any) -> None:
        screen.choose("opr_1")
        screen.answer(SignIn(outcome, wait_seconds=seconds))

    return act


def _correct(screen: Any) -> None:
    screen.choose("birth_date")
    screen.ids.value.text = "17082009"
    screen.name_document("birth-certificate")


def _search(screen: Any) -> None:
    screen.ids.typed.text = "SITI"
    screen._found = (
        Found("stu_1", "SITI AMINAH", _CLASSES[0]),
        Found("stu_2", LONG, _CLASSES[3], "tkt_3", 3, TicketState.PARKED),
        Found("stu_3", "SITI NURHALIZA", _CLASSES[1], recorded=True),
        Found("stu_4", "SITI RAHMAH", _CLASSES[3], born=date(2009, 12, 17), nik="…0004"),
        Found("stu_5", "SITI RAHMAH", _CLASSES[3], "tkt_5", 5, TicketState.FINISHED, born=date(2010, 1, 3)),
    )
    screen.choose("stu_1")


def _show_faces(screen: Any) -> None:
    """Two discs on a red ground: nobody's faces."""
    faces = []
    for skin in ((224, 172, 140), (178, 120, 90)):
        face = np.full((480, 360, 3), (196, 30, 34), np.uint8)
        cv2.ellipse(face, (180, 220), (95, 130), 0, 0, 360, skin, -1, cv2.LINE_AA)
        faces.append(np.asarray(face, dtype=np.uint8))
    screen.show_faces(tuple(faces))


def _at(name: str, view: View, page: Page, act: Callable[[Any], None] | None = None) -> Exhibit:
    def shown(screen: Any) -> None:
        screen.clock = "09:41"
        if act is not None:
            act(screen)

    return Exhibit(f"operator-{name}", Place(page.name, Shown(view, page)), shown)


def exhibits() -> list[Exhibit]:
    """All of them, in the order of a day."""
    out, running = View(operators=_OPERATORS), _view(now=_FINGERS)
    locked = View(operators=(msgspec.structs.replace(_OPERATOR, locked=True), *_OPERATORS[1:]))
    called = _row(16, TicketState.CALLED, calls=2)
    file_15 = _file(running.queue[0], active=True, step=Step.DOCUMENTS, disputed=True, note="Ayah menunggu di luar.")
    with_file = msgspec.structs.replace(running, file=file_15, asked_file="tkt_15")
    first = msgspec.structs.replace(_queue(0)[11], priority="disability", has_note=True)
    parked = _view(
        file=_file(first, may_start=True, special_needs="Tunarungu", note=_LONG_NOTE),
        asked_file="tkt_12",
    )
    finished = _row(9, TicketState.FINISHED, recording=Status.SIGNED_OFF)
    lost = _view(
        alerts=(AlertView(LOST, 9, 1, "alr_1", "tkt_9"), AlertView("help", 15, 1, "alr_2")),
        file=_file(finished, lost=True),
        asked_file="tkt_9",
    )
    signing = _now(
        Step.SIGN_OFF,
        documents_seen=2,
        accepted=1,
        missing=(Position.RIGHT_LITTLE, Position.LEFT_IRIS),
        corrected=("birth_date", "name"),
    )
    adds_up = _queue(0)
    school = SchoolView("sch_1", "SMA NEGERI 1 PARINGIN", 214)
    schools = (school, SchoolView("sch_2", "MADRASAH ALIYAH SWASTA RAUDHATUL ULUM AL ISLAMIYAH HALONG", 61))
    closed = View(operators=_OPERATORS, operator=_OPERATOR, schools=schools, devices=_READY)
    alike = _view(now=_now(Step.APPROVE), alerts=(AlertView("resembles", 15, 0, "alr_1", "tkt_15"),), pairs=(_PAIR,))
    to = {name: Page(name) for name in Name}
    about = {name: Page(name, "tkt_15") for name in Name}
    return [
        _at("sign-in", out, to[Name.SIGN_IN]),
        _at("sign-in-nobody", View(), to[Name.SIGN_IN]),
        _at("sign-in-wrong", out, to[Name.SIGN_IN], _wrong_pin(0, Outcome.WRONG)),
        _at("sign-in-waits", out, to[Name.SIGN_IN], _wrong_pin(60, Outcome.WAIT)),
        _at("sign-in-locked", locked, to[Name.SIGN_IN], _wrong_pin(0, Outcome.LOCKED)),
        _at("visit", closed, to[Name.VISIT], lambda screen: screen.choose("sch_1")),
        _at("visit-none", View(operators=_OPERATORS, operator=_OPERATOR), to[Name.VISIT]),
        _at("today-empty", _EMPTY, to[Name.TODAY]),
        _at("today-waiting", _view(), to[Name.TODAY]),
        _at("today-called", _view(called=called), to[Name.TODAY]),
        _at("today-identity", _view(now=_now(Step.IDENTITY)), to[Name.TODAY]),
        _at("today-fingers", running, to[Name.TODAY]),
        _at("today-sign-off", _view(now=signing), to[Name.TODAY]),
        _at("today-trouble", _TROUBLE, to[Name.TODAY]),
        _at("check-in", _view(), to[Name.CHECK_IN]),
        _at("check-in-found", _view(), to[Name.CHECK_IN], _search),
        _at("file", with_file, about[Name.FILE], _show_picture),
        _at("file-parked", parked, Page(Name.FILE, "tkt_12")),
        _at("today-lost", lost, to[Name.TODAY]),
        _at("file-lost", lost, Page(Name.FILE, "tkt_9")),
        _at("correct", with_file, about[Name.CORRECT], _correct),
        _at("correct-sex", with_file, about[Name.CORRECT], lambda screen: screen.choose("sex")),
        _at("exception", running, about[Name.EXCEPTION], lambda screen: screen.choose(Position.RIGHT_INDEX)),
        _at("accept", running, about[Name.ACCEPT]),
        _at("repeat", _view(now=signing), about[Name.REPEAT]),
        _at("park", running, about[Name.PARK], lambda screen: screen.choose("unwell")),
        _at("cancel", running, about[Name.CANCEL]),
        _at("note", with_file, about[Name.NOTE]),
        _at("priority", with_file, about[Name.PRIORITY]),
        _at("packages", running, to[Name.PACKAGES]),
        _at("packages-empty", _EMPTY, to[Name.PACKAGES]),
        _at("devices", _TROUBLE, to[Name.DEVICES]),
        _at("devices-lacking", _EMPTY, to[Name.DEVICES]),
        _at("end-of-day", _view(now=_FINGERS, called=called), to[Name.END_OF_DAY]),
        _at(
            "end-of-day-adds-up",
            _view(0, queue=adds_up, day=_day(adds_up)),
            to[Name.END_OF_DAY],
        ),
        _at("settings", running, to[Name.SETTINGS]),
        _at("pin", running, to[Name.PIN]),
        _at("today-resembles", alike, to[Name.TODAY]),
        _at("resemblance", alike, about[Name.RESEMBLANCE], _show_faces),
    ]
