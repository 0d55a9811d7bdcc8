"""Words in two languages: English in the sources, other languages as gettext .po files beside them.

A room with words of its own (the screens, the paper) keeps `<language>.po` in a folder. The files
are read and compiled in memory: no build step, and what is reviewed is what is shown.
"""

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


def catalogue(folder: Path, language: str) -> gettext.NullTranslations:
    """The words of one language; English is the sources' own and needs no file."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    with (folder / f"{language}.po").open("rb") as file:
        words = read_po(file, locale=language, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, words)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
