"""The student's words for what measures and devices say: message ids in, one short sentence out.

Everything is marked for translation and translated where it is shown. An id that is not listed gets a general
sentence, so that nothing is ever shown as code.
"""

from __future__ import annotations

from typing import Final

from station.hardware.devices import Kind
from station.screens.locale.speech import mark, tr
from station.screens.widgets.face_icons import FACE_SHAPES

ADVICE: Final = {
    "advice.face.none": mark("Stand in front of the camera"),
    "advice.face.many": mark("Only you in the picture, please"),
    "advice.face.centre": mark("Move into the oval"),
    "advice.face.closer": mark("Come a little closer"),
    "advice.face.further": mark("Go back a little"),
    "advice.face.straight": mark("Look straight into the camera"),
    "advice.face.still": mark("Keep still"),
    "advice.face.blurred": mark("Keep still, the picture is not sharp"),
    "advice.face.dark": mark("Too dark: turn your face to the light"),
    "advice.face.bright": mark("Too bright: turn a little from the light"),
    "advice.face.glasses": mark("Take off your glasses"),
    "advice.face.eyes": mark("Open your eyes"),
    "advice.face.hidden": mark("Both eyes must be seen: nothing may cover them"),
    "advice.face.covered": mark("Your mouth must be seen: take off the mask"),
    "advice.face.colour": mark("The colours are not right: the operator looks at camera and light"),
    "advice.finger.none": mark("Put your fingers on the glass"),
    "advice.finger.dry": mark("Too dry: breathe on your fingers and try again"),
    "advice.finger.wet": mark("Too wet: wipe your fingers and try again"),
    "advice.finger.press": mark("Press a little harder"),
    "advice.finger.lower": mark("Put your fingers flat, further onto the glass"),
    "advice.finger.again": mark("Lift your fingers and put them down again"),
    "advice.finger.trace": mark("Wipe the glass, then put your fingers down again"),
    "advice.finger.not-the-same": mark("That was another finger. Put down your index fingers"),
    "advice.iris.none": mark("Look into the scanner"),
    "advice.iris.centre": mark("Bring both eyes into the circles"),
    "advice.iris.open": mark("Open your eyes wide"),
    "advice.iris.closer": mark("Come a little closer"),
    "advice.iris.further": mark("Go back a little"),
    "advice.iris.still": mark("Keep still"),
    "advice.iris.again": mark("Blink, then look again"),
    "advice.unusable": mark("Please try again"),
    "advice.signature.empty": mark("Sign on the pad first"),
    "advice.signature.dot": mark("Sign with your whole signature"),
    "advice.signature.larger": mark("Sign a little larger"),
    "advice.finger.lacking": mark("Put down all the fingers in the picture"),
    "advice.finger.unasked": mark("Put down only the fingers in the picture"),
    "advice.finger.duplicate": mark("That finger was taken already. Look at the picture"),
    "advice.finger.wrong-hand": mark("That was the other hand. Look at the picture"),
    "advice.finger.upside-down": mark("Turn your hand round: finger tips away from you"),
    "advice.finger.middle": mark("Move your hand to the middle of the glass"),
    "advice.iris.lacking": mark("Both eyes into the scanner, please"),
    "advice.iris.same-eye": mark("That was the same eye twice. Bring both eyes into the circles"),
    "advice.iris.reflection": mark("A light mirrors in your eyes: take off glasses, turn from lamps and windows"),
    "advice.iris.contrast": mark("Too little contrast: turn away from the sun, and wipe the scanner's glass"),
    "advice.iris.straight": mark("Look straight into the scanner"),
    "advice.iris.dimmer": mark("Your pupils are very small: less light, please"),
    "advice.iris.light": mark("Your pupils are very wide: more light, please"),
    "advice.iris.lens": mark("Do you wear contact lenses? If you can, take them out"),
    "advice.signature.scribble": mark("Sign once, inside the box"),
    "advice.signature.resolution": mark("Scan it again, with 300 pixels per inch or more"),
    "advice.signature.not-alike": mark("Sign in the same way as you did before"),
    "advice.face.turn-left": mark("Turn your face a little to your left"),
    "advice.face.turn-right": mark("Turn your face a little to your right"),
    "advice.face.chin-up": mark("Lift your chin a little"),
    "advice.face.chin-down": mark("Lower your chin a little"),
    "advice.face.level": mark("Hold your head upright"),
    "advice.face.mouth": mark("Close your mouth"),
    "advice.face.uneven": mark("Turn so that the light falls on your whole face"),
    "advice.face.backdrop-red": mark("The background must be red: the operator helps"),
    "advice.face.backdrop-blue": mark("The background must be blue: the operator helps"),
    "advice.face.background": mark("Nothing may be seen behind you: the operator helps"),
}
"""What a student can do about an attempt."""

_GENERAL: Final = {
    "finger": mark("Lift your fingers and put them down again"),
    "iris": mark("Blink, then look again"),
    "face": mark("Look straight into the camera"),
    "signature": mark("Sign again, please"),
    "duplicate": mark("That finger was taken already. Look at the picture"),
}
"""By a word of the id."""

DEVICES: Final[dict[Kind, tuple[str, str]]] = {
    Kind.CAMERA: (mark("Camera"), "camera"),
    Kind.FINGERPRINT: (mark("Fingerprint scanner"), "finger"),
    Kind.IRIS: (mark("Iris scanner"), "eye"),
    Kind.SIGNATURE: (mark("Signature pad"), "pen"),
    Kind.PRINTER: (mark("Ticket printer"), "printer"),
    Kind.LIGHTS: (mark("Status lights"), "light"),
    Kind.DOCUMENT: (mark("Document camera"), "paper"),
    Kind.CODE: (mark("Code reader"), "code"),
    Kind.POWER: (mark("Power"), "battery"),
}
"""Name and icon."""

PROBLEMS: Final = {
    "gone": mark("It is not plugged in."),
    "no-trust": mark("This station does not know this device."),
    "untrusted": mark("This station does not know this device."),
    "no-driver": mark("This station does not know this device."),
    "not-opened": mark("It is plugged in but does not answer."),
    "no-size": mark("It is plugged in but does not answer."),
    "timeout": mark("It is plugged in but does not answer."),
}
"""By the last part of a device's problem code."""


def advice(code: str) -> str:
    """What to do now; empty for no code."""
    if not code:
        return ""
    if code in ADVICE:
        return str(tr._(ADVICE[code]))
    words = code.replace("-", ".").split(".")
    known = next((_GENERAL[word] for word in words if word in _GENERAL), None)
    return str(tr._(known)) if known else str(tr._("Please try again"))


def picture(code: str) -> str:
    """The icon that shows what to do; empty where none is drawn."""
    name = code.removeprefix("advice.").replace(".", "-")
    return name if name in FACE_SHAPES else ""


def device(kind: Kind) -> str:
    """A device's name."""
    return str(tr._(DEVICES[kind][0]))


def problem(code: str) -> str:
    """What is wrong with a device."""
    known = PROBLEMS.get(code.rpartition(".")[2])
    return str(tr._(known)) if known else str(tr._("It does not work just now."))
