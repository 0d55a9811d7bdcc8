"""Names: what is tidied and said, what is unusual and kept, and how a name is shown to a queue.

Permendagri 73/2022 asks for Latin letters, at most 60 of them, and two words; names given before
stay as they are. So one word, an apostrophe or 70 letters are worth a look and never an error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 60
"""Characters with spaces that Permendagri 73/2022 allows."""
LETTERS_TO_SHOW: Final = 2
"""So many letters of the own name have to be typed before a list shows names in full."""

_MARKS: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Joiners, and the marks of direction that come along when a number is copied out of a chat."""
_CONTROL: Final = [code for code in (*range(32), *range(127, 160)) if not chr(code).isspace()]
_INVISIBLE: Final = dict.fromkeys((*map(ord, _MARKS), *_CONTROL))
_NOT_ALNUM: Final = {code: None for code in range(128) if not chr(code).isalnum()}
_PLAIN: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ ]+")
_WORD: Final = re.compile(r"\S+")


def tidy(text: str) -> str:
    """One ordinary space between words, none around them, nothing invisible, composed letters (NFC)."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())


def oddities(name: str) -> list[str]:
    """Finding codes for what is unusual in a tidied name; the name is kept all the same."""
    found = []
    if " " not in name:
        found.append("name-one-word")
    if not _PLAIN.fullmatch(name):
        found.append("name-characters")
    if len(name) > LONGEST:
        found.append("name-long")
    return found


def key(name: str) -> str:
    """What two spellings of the same name have in common: letters and digits, folded."""
    if name.isascii():
        return name.lower().translate(_NOT_ALNUM)
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in folded if c.isalnum())


def mask(name: str) -> str:
    """First letters only: ``Siti Aminah`` becomes ``S*** A*****``."""
    return _WORD.sub(lambda word: word[0][0] + "*" * (len(word[0]) - 1), name)


def matches(name: str, typed: str) -> bool:
    """Whether a word of the name begins with what was typed; never true for fewer than two letters."""
    wanted = key(typed)
    if len(wanted) < LETTERS_TO_SHOW:
        return False
    return any(start.startswith(wanted) for start in _starts(name.split()))


def _starts(words: list[str]) -> Iterable[str]:
    # From each word to the end, so that "siti am" finds Siti Aminah too.
    return (key(" ".join(words[n:])) for n in range(len(words)))
