"""The portrait: where the face is, whether it is good enough, and how it is cut for the card."""

from station.biometrics.face.backdrop import Backdrop, backdrop_of
from station.biometrics.face.detection import FoundFace, find_faces
from station.biometrics.face.examine import FaceResult, assess, examine, examine_still
from station.biometrics.face.portrait import PortraitSettings, cut_portrait

__all__ = [
    "Backdrop",
    "FaceResult",
    "FoundFace",
    "PortraitSettings",
    "assess",
    "backdrop_of",
    "cut_portrait",
    "examine",
    "examine_still",
    "find_faces",
]
