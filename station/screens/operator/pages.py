"""Where the operator is: pages, and which of them can be shown now. Pure; no Kivy."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from station.screens.locale.catalogue import LANGUAGES
from station.screens.operator.view import View


class Name(StrEnum):
    """The console's screens."""

    SIGN_IN = "sign-in"
    VISIT = "visit"
    TODAY = "today"
    PACKAGES = "packages"
    DEVICES = "devices"
    END_OF_DAY = "end-of-day"
    SETTINGS = "settings"
    CHECK_IN = "check-in"
    FILE = "file"
    CORRECT = "correct"
    EXCEPTION = "exception"
    ACCEPT = "accept"
    REPEAT = "repeat"
    PARK = "park"
    CANCEL = "cancel"
    NOTE = "note"
    PRIORITY = "priority"
    PIN = "pin"
    RESEMBLANCE = "resemblance"


TABLE: Final[dict[str, str]] = {
    Name.SIGN_IN: "station.screens.operator.signin:SignInScreen",
    Name.VISIT: "station.screens.operator.visit:VisitScreen",
    Name.TODAY: "station.screens.operator.today:TodayScreen",
    Name.PACKAGES: "station.screens.operator.packages:PackagesScreen",
    Name.DEVICES: "station.screens.operator.devices:DevicesScreen",
    Name.END_OF_DAY: "station.screens.operator.endofday:EndOfDayScreen",
    Name.SETTINGS: "station.screens.operator.settings:SettingsScreen",
    Name.CHECK_IN: "station.screens.operator.checkin:CheckInScreen",
    Name.FILE: "station.screens.operator.file:FileScreen",
    Name.CORRECT: "station.screens.operator.correct:CorrectScreen",
    Name.EXCEPTION: "station.screens.operator.exception:ExceptionScreen",
    Name.ACCEPT: "station.screens.operator.reason:AcceptScreen",
    Name.REPEAT: "station.screens.operator.reason:RepeatScreen",
    Name.PARK: "station.screens.operator.reason:ParkScreen",
    Name.CANCEL: "station.screens.operator.reason:CancelScreen",
    Name.NOTE: "station.screens.operator.reason:NoteScreen",
    Name.PRIORITY: "station.screens.operator.reason:PriorityScreen",
    Name.PIN: "station.screens.operator.pin:PinScreen",
    Name.RESEMBLANCE: "station.screens.operator.resemblance:ResemblanceScreen",
}
"""Screens by name, built when first shown."""

TABS: Final = (Name.TODAY, Name.PACKAGES, Name.DEVICES, Name.END_OF_DAY, Name.SETTINGS)
_NEED_VISIT: Final = frozenset(Name) - {
    Name.SIGN_IN,
    Name.VISIT,
    Name.PACKAGES,
    Name.DEVICES,
    Name.SETTINGS,
    Name.PIN,
}
"""Packages are delivered and received after the visit is closed too."""
_NEED_FILE: Final = frozenset((Name.FILE, Name.CORRECT, Name.NOTE, Name.PRIORITY))
_NEED_TICKET: Final = frozenset((*_NEED_FILE, Name.PARK, Name.CANCEL))
_NEED_RUNNING: Final = frozenset((Name.ACCEPT, Name.REPEAT, Name.EXCEPTION, Name.CORRECT))


class Page(msgspec.Struct, frozen=True):
    """One screen, about one ticket where it is about one."""

    name: Name
    ticket: str = ""
    back: Page | None = None
    """Where Esc leads, with the ways back from there; None: to today."""


TODAY: Final = Page(Name.TODAY)


def opened_from(here: Page, name: Name, ticket: str = "") -> Page:
    """The page, which leads back to where it is opened from; one that leads there already is gone back to, so that no
    way back passes it twice."""
    way: Page | None = here
    while way is not None:
        if (way.name, way.ticket) == (name, ticket):
            return way
        way = way.back
    return TODAY if name is Name.TODAY else Page(name, ticket, here)


class Shown(msgspec.Struct, frozen=True):
    """What a screen is told: the whole view, and which page of it this is."""

    view: View
    page: Page
    pin_digits: int = 6
    language: str = LANGUAGES[0]
    """The station's: what students are spoken to in, until they choose another."""
    returning: bool = False
    """The operator has come back to the page from one that was opened on it."""


def settle(view: View, page: Page) -> Page:
    """The page that can be shown now: the one asked for, or where its subject's end leads."""
    if view.operator is None:
        return Page(Name.SIGN_IN)
    if page.name is Name.SIGN_IN:
        page = TODAY
    if view.visit is None:
        return Page(Name.VISIT) if page.name in _NEED_VISIT else page
    if page.name is Name.VISIT:
        return TODAY
    if page.name in _NEED_TICKET and view.row(page.ticket) is None:
        return TODAY
    if page.name in _NEED_FILE and view.asked_file == page.ticket and view.file is None:
        return TODAY
    if page.name is Name.RESEMBLANCE and view.pair(page.ticket) is None:
        return TODAY
    if page.name in _NEED_RUNNING and (view.now is None or view.now.ticket != page.ticket):
        return TODAY
    return page


def ready(view: View, page: Page) -> bool:
    """Does the view hold what the page shows? A file is read beside the screen thread, so it may come later."""
    return page.name not in _NEED_FILE or view.asked_file == page.ticket


def file_of(page: Page) -> str:
    """The ticket whose file this page needs; empty for none."""
    return page.ticket if page.name in _NEED_FILE else ""
