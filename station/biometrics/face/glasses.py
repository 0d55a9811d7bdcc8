"""Glare on glasses: spots as bright as the sensor goes, over the eyes and next to them.

A catch-light in the eye covers less than 0.6 % of this area, the reflection of a lamp or a window on a lens several.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from station.biometrics.face.aligned import CENTRE_X, EYES_Y, Aligned

BRIGHT: Final = 238
"""Grey from which a pixel is a reflection: the white of an eye stays under 220."""
_ROWS: Final = np.s_[EYES_Y - 22 : EYES_Y + 29]
_LENSES: Final = tuple((_ROWS, np.s_[x - 31 : x + 32]) for x in (CENTRE_X - 41, CENTRE_X + 41))
"""Around each eye; the bridge of the nose between them shines by itself."""


def measure_glare(face: Aligned) -> float:
    """Share of the area around both eyes that mirrors a light. What lies beyond the face's outline does not count."""
    grey = np.concatenate([face.grey[lens][face.skin[lens]] for lens in _LENSES])
    if not grey.size:
        return 0.0
    return float((grey >= max(BRIGHT, min(float(np.median(grey)) + 40, 254))).mean())
