"""The language that the window speaks now, and the words in it.

The sources hold natural English, which is also the gettext message id; `id.po` holds the Indonesian. The .po files
are read and compiled in memory at start (no build step, and what is reviewed is what is shown). In KV write
`text: tr._("Take the photo")`: `_` is an observable property, so a change of language rewrites every text on the
screen.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from datetime import date
from typing import Final

from babel.dates import format_date
from kivy.event import EventDispatcher
from kivy.lang.parser import global_idmap
from kivy.properties import AliasProperty, OptionProperty

from station.screens.locale.catalogue import ENGLISH, INDONESIAN, LANGUAGES, catalogue


class Speech(EventDispatcher):
    """Translates, and tells those who watch when the language changes."""

    language = OptionProperty(INDONESIAN, options=LANGUAGES)

    def __init__(self) -> None:
        super().__init__()
        self._words: dict[str, gettext.NullTranslations] = {language: catalogue(language) for language in LANGUAGES}

    def _get_translate(self) -> Callable[[str], str]:
        return self._words[self.language].gettext

    def _get_translate_plural(self) -> Callable[[str, str, int], str]:
        return self._words[self.language].ngettext

    _ = AliasProperty(_get_translate, None, bind=("language",), force_dispatch=True)
    """`tr._("text")`: the text in the language of now."""
    _n = AliasProperty(_get_translate_plural, None, bind=("language",), force_dispatch=True)
    """`tr._n("one student", "{n} students", n)`: the form for this number, still with its `{n}`."""

    def _get_date(self) -> Callable[[date], str]:
        return lambda day: format_date(day, "d MMMM y", locale=self.language)

    _date = AliasProperty(_get_date, None, bind=("language",), force_dispatch=True)
    """`tr._date(day)`: a day in words, "17 Agustus 2010"."""

    def birthday(self, day: date) -> str:
        """Day and month, "17 Agustus": enough to tell two people of one name apart."""
        return str(format_date(day, "d MMMM", locale=self.language))

    def switch(self) -> None:
        """Change to the other language."""
        self.language = ENGLISH if self.language == INDONESIAN else INDONESIAN


tr: Final = Speech()
"""The one speech of this process; every KV file knows it as `tr`."""
global_idmap["tr"] = tr


def mark(text: str) -> str:
    """Mark a text for translation where it is declared; it is translated where it is shown (`tr._(text)`)."""
    return text
