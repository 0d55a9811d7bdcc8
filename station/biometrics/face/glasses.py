"""Glare on glasses: spots as bright as the sensor goes, over the eyes and next to them.

A catch-light in the eye covers less than 0.6 % of this area, the reflection of a lamp or a window on a lens several.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from station.biometrics.face.aligned import CENTRE_X, EYES_Y, Aligned

BRIGHT: Final = 238
"""Grey from which a pixel is a reflection: the white of an eye stays under 220."""
_EYES: Final = np.s_[EYES_Y - 22 : EYES_Y + 29, CENTRE_X - 79 : CENTRE_X + 80]


def measure_glare(face: Aligned) -> float:
    """Share of the area around both eyes that mirrors a light."""
    grey = face.grey[_EYES]
    skin = float(np.median(grey))
    return float((grey >= max(BRIGHT, min(skin + 40, 254))).mean())
