"""The screens' words as files. Knows nothing of windows."""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import Final

from station import wording
from station.wording import ENGLISH, INDONESIAN, LANGUAGES

__all__ = ["ENGLISH", "HERE", "INDONESIAN", "LANGUAGES", "catalogue"]

HERE: Final = Path(__file__).parent


def catalogue(language: str) -> gettext.NullTranslations:
    """The words of one language; English is the sources' own and needs no file."""
    return wording.catalogue(HERE, language)
