"""The enrolment station: records students for the KTP-el at their school.

The rooms, from the ground up: ``config``, ``clock`` and ``files``; ``journal`` (the one record of
what happened); ``hardware``, ``biometrics`` and ``roster``; ``queue`` and ``enrolment``;
``packages``, and ``audit``, which holds all of it against the journal; and on top ``screens``,
``office``, ``bench``, ``daemon`` and ``cli``. Imports never run upwards.
"""

from typing import Final

VERSION: Final = "0.1.0"
