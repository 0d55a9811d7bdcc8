from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po, write_po

from station.screens.locale.catalogue import HERE
from station.screens.locale.extract import texts


def forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text or ""] if isinstance(text, str) or text is None else list(text)


def test_every_text_has_an_indonesian_translation_and_none_is_dead() -> None:
    used = {message.id for message in texts() if message.id}
    with (HERE / "id.po").open("rb") as file:
        words = read_po(file, locale="id", abort_invalid=True)
    kept = {message.id for message in words if message.id}
    untranslated = {message.id for message in words if message.id and not all(forms(message.string))}
    assert used - kept == set(), "run python -m station.screens.locale.extract and translate"
    assert kept - used == set(), "run python -m station.screens.locale.extract"
    assert untranslated == set()
    assert not words.obsolete


def test_placeholders_of_translations_are_those_of_the_texts() -> None:
    with (HERE / "id.po").open("rb") as file:
        words = read_po(file, locale="id")

    def names(text: str) -> set[str]:
        return {part.partition("}")[0] for part in text.split("{")[1:]}

    for message in words:
        known = set().union(*(names(source) for source in forms(message.id)))
        for target in forms(message.string):
            assert names(target) <= known, message.id


def test_the_template_is_that_of_the_sources() -> None:
    buffer = io.BytesIO()
    write_po(buffer, texts(), width=120, sort_output=True, include_lineno=False)
    assert (HERE / "messages.pot").read_bytes() == buffer.getvalue()


def test_texts_are_found_in_python_and_kv(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('x = tr._("One")\ny = mark("Two")\nz = tr._n("{n} cat", "{n} cats", 2)\n')
    (tmp_path / "b.kv").write_text(
        '<A>:\n    text: tr._("Three: \'four\'") if self.x else tr._("Five")\n    # no text\n'
    )
    found = {message.id for message in texts(tmp_path) if message.id}
    assert found == {"One", "Two", ("{n} cat", "{n} cats"), "Three: 'four'", "Five"}


def test_a_change_of_language_rewrites_the_screen(in_window: Callable[..., Any]) -> None:
    result = in_window(
        """
from datetime import date
from kivy.lang import Builder
from station.screens.locale.speech import tr
import station.screens.theme
label = Builder.load_string('Label:\\n    text: tr._("Help")')
result = [label.text]
tr.switch()
result.append(label.text)
result.append(tr._date(date(2010, 8, 17)))
tr.switch()
result.append(label.text)
result.append(tr._date(date(2010, 8, 17)))
"""
    )
    assert result == ["Bantuan", "Help", "17 August 2010", "Bantuan", "17 Agustus 2010"]
