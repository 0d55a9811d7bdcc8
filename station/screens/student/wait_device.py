"""A device is away, or the disk takes nothing: what is missing, who helps. It goes on by itself."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from station.enrolment.capture import Phase
from station.screens import advice
from station.screens.student import words
from station.screens.student.frame import StudentScreen
from station.screens.student.router import Shown
from station.screens.theme import load_kv


class WaitDevice(StudentScreen):
    """Nothing is lost while this is shown."""

    title = StringProperty("")
    text = StringProperty("")
    code = StringProperty("")
    icon = StringProperty("plug")
    plug = BooleanProperty(True)

    def update(self, state: Shown) -> None:
        live = state.live
        self.code = live.problem
        self.plug = live.phase is not Phase.NO_DISK
        if live.phase is Phase.NO_DISK:
            self.icon = "box"
            self.title, self.text = words.disk(live.problem)
        elif live.device is not None:
            self.icon = advice.DEVICES[live.device][1]
            self.title = advice.device(live.device)
            what = advice.problem(live.problem)
            self.text = what + " " + words._("Call the operator. It goes on by itself when it works again.")


load_kv(__file__)
