"""The catalogues as files: which languages there are, and their words. Knows nothing of windows."""

from __future__ import annotations

import gettext
import io
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

INDONESIAN: Final = "id"
ENGLISH: Final = "en"
LANGUAGES: Final = (INDONESIAN, ENGLISH)
HERE: Final = Path(__file__).parent


def catalogue(language: str) -> gettext.NullTranslations:
    """The words of one language; English is the sources' own and needs no file."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    with (HERE / f"{language}.po").open("rb") as file:
        words = read_po(file, locale=language, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, words)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
