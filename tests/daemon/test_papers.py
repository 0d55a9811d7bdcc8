"""What stands on paper, in both languages, and that nobody can be told from it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import segno
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from station.bench.devices import escpos
from station.bench.devices.receipt import render
from station.daemon import papers
from station.daemon.papers import COLUMNS, COPY, Papers, Slip, Ticket
from station.queue.estimate import Estimate
from station.screens.locale import catalogue

AT = datetime(2026, 2, 3, 1, 12, tzinfo=UTC)
TICKET = Ticket(
    id="tkt_aaaaaaaaaaaaaaaaaaaaaaaaaa", number=17, language="id", school="SMAN 1 Paringin", at=AT, told=Estimate(3, 24)
)
SLIP = Slip(number=17, language="id", school="SMAN 1 Paringin", at=AT, card_on=date(2026, 8, 17))


@pytest.fixture(scope="module")
def office() -> Papers:
    documents = ("birth-certificate", "family-card", "parental-consent")
    return Papers("Disdukcapil Kabupaten Balangan", ZoneInfo("Asia/Makassar"), documents)


def text(data: bytes) -> str:
    """The printed text, line by line, in the code page that the printer was told (437 until told otherwise)."""
    return "".join(
        "\n" if token.name is escpos.Name.LINE_FEED else token.data.decode("cp437")
        for token in escpos.tokens(data)
        if token.name in (escpos.Name.TEXT, escpos.Name.LINE_FEED)
    )


def changed(ticket: Ticket, **fields: object) -> Ticket:
    return Ticket(**{name: fields.get(name, getattr(ticket, name)) for name in Ticket.__struct_fields__})  # type: ignore[arg-type]  # fields of that very struct


def test_a_ticket_in_indonesian(office: Papers) -> None:
    printed = text(office.ticket(TICKET))
    for expected in (
        "Disdukcapil Kabupaten Balangan",
        "SMAN 1 Paringin",
        "Nomor antrean Anda\n017\n",
        "3 orang di depan Anda\nsekitar 15-30 menit\n",
        "- Akta kelahiran\n- Kartu Keluarga (KK)\n- Persetujuan orang tua/wali\n- Lepas kacamata dan softlens",
        "Lihat giliran Anda: pindai kode ini di layar\n",
        "Selasa, 3 Februari 2026 09:12 WITA",
    ):
        assert expected in printed
    assert COPY not in printed


def test_a_ticket_in_english(office: Papers) -> None:
    printed = text(office.ticket(changed(TICKET, language="en", told=Estimate(1, 6))))
    assert "1 student before you\nup to 10 minutes\n" in printed
    assert "Tuesday, 3 February 2026 09:12 WITA" in printed


def test_the_number_is_as_large_as_can_be(office: Papers) -> None:
    assert b"\x1d!\x77" in office.ticket(TICKET)
    assert render(office.ticket(changed(TICKET, number=888))).height > 500


def test_whoever_is_next_is_told_so_and_a_late_ticket_promises_nothing(office: Papers) -> None:
    assert "Setelah ini giliran Anda" in text(office.ticket(changed(TICKET, told=Estimate(0, 0))))
    late = text(office.ticket(changed(TICKET, told=None)))
    assert "menit" not in late
    assert "17" in late


def test_a_copy_says_so(office: Papers) -> None:
    assert COPY in text(office.ticket(changed(TICKET, copy=True)))


def test_the_code_is_the_tickets_id(office: Papers) -> None:
    stored = [
        token.arguments[5:]
        for token in escpos.tokens(office.ticket(TICKET))
        if token.code == b"\x1d(" and token.arguments[4:5] == b"P"
    ]
    assert [content.removeprefix(b"0") for content in stored] == [TICKET.id.encode()]
    assert segno.make(TICKET.id, micro=False, version=4)


def test_a_ticket_is_cut_once_and_at_the_end(office: Papers) -> None:
    for data in (office.ticket(TICKET), office.slip(SLIP)):
        cuts = [token.name is escpos.Name.CUT for token in escpos.tokens(data)]
        assert cuts == [False] * (len(cuts) - 1) + [True]
        assert b"".join(token.data for token in escpos.tokens(data)) == data


def test_long_names_and_other_letters_fit(office: Papers) -> None:
    school = "Sekolah Menengah Kejuruan Pondok Pesantren Modern Nurul Muhibbîn Halong é"
    printed = text(office.ticket(changed(TICKET, school=school)))
    assert max(len(line) for line in printed.splitlines()) <= COLUMNS
    assert "Muhibbîn" in printed


def test_a_slip_says_when_the_card_comes(office: Papers) -> None:
    printed = text(office.slip(SLIP)).replace("\n", " ")
    assert "mulai 17 Agustus 2026" in printed
    assert "diserahkan di sekolah, atau diambil di Dinas Dukcapil" in printed
    seventeen = Slip(number=1, language="en", school="", at=AT, card_on=date(2026, 2, 3), copy=True)
    assert "can be printed now" in text(office.slip(seventeen))
    assert COPY in text(office.slip(seventeen))
    unknown = Slip(number=1, language="en", school="", at=AT, card_on=None)
    assert "can be printed" not in text(office.slip(unknown))


def test_the_day_is_the_stations_day(office: Papers) -> None:
    evening = datetime(2026, 8, 16, 17, 0, tzinfo=UTC)
    assert "sudah dapat dicetak" in text(
        office.slip(Slip(number=1, language="id", school="", at=evening, card_on=date(2026, 8, 17)))
    )


def _texts() -> Iterator[tuple[str, ...]]:
    source = io.BytesIO(Path(papers.__file__).read_bytes())
    keywords = {"_": None, "_n": (1, 2), "mark": None}
    for _line, message, _comments, _context in extract("python", source, keywords):
        yield (message,) if isinstance(message, str) else tuple(part for part in message if part)


def test_every_text_is_translated_and_every_translation_used() -> None:
    with (papers.HERE / "id.po").open("rb") as file:
        words = read_po(file, locale="id", abort_invalid=True)
    known = {message.id if isinstance(message.id, tuple) else (message.id,) for message in words if message.id}
    assert set(_texts()) == known
    assert all(message.string for message in words if message.id)


def test_paper_and_screen_say_the_same() -> None:
    """What both say is said in the same Indonesian; the paper's dash is a hyphen."""
    told = {}
    for folder in (papers.HERE, catalogue.HERE):
        with (folder / "id.po").open("rb") as file:
            words = read_po(file, locale="id", abort_invalid=True)
        told[folder] = {message.id: message.string for message in words if message.id}
    paper, screen = told[papers.HERE], told[catalogue.HERE]
    both = paper.keys() & screen.keys()
    assert "about {low} to {high} minutes" in both
    plain = {text: said.replace("–", "-") if isinstance(said, str) else said for text, said in screen.items()}
    assert {text: paper[text] for text in both} == {text: plain[text] for text in both}
