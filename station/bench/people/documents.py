"""Papers of people who do not exist: birth certificate, family card, parental consent.

They carry what an operator compares (names, numbers, dates) in the order of the real papers, no state emblem,
and CONTOH / SPECIMEN across every page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Colour = NDArray[np.uint8]

LONG: Final = 1600
SHORT: Final = 1131
"""Pixels of the long and the short side: A4 at some 137 ppi, where 8-point print can still be read."""
_MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


class Paper(StrEnum):
    """The papers of the documents step, by their names in its settings."""

    BIRTH_CERTIFICATE = "birth-certificate"
    FAMILY_CARD = "family-card"
    PARENTAL_CONSENT = "parental-consent"


class Bearer(msgspec.Struct, frozen=True):
    """What is written on somebody's papers."""

    name: str
    nik: str
    no_kk: str
    sex: str
    """L or P."""
    birth_place: str
    birth_date: date
    akta: str
    religion: str
    address: str
    village: str
    district: str
    father: str
    mother: str
    school: str = "SMA Negeri 1 Paringin"


def draw(paper: Paper, bearer: Bearer) -> Colour:
    """The paper as RGB pixels."""
    if paper is Paper.BIRTH_CERTIFICATE:
        return _birth_certificate(bearer)
    if paper is Paper.FAMILY_CARD:
        return _family_card(bearer)
    return _consent(bearer)


def day(value: date) -> str:
    """A date in Indonesian words: 7 Januari 2009."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _page(width: int, height: int, paper: tuple[int, int, int], ink: tuple[int, int, int]) -> Image.Image:
    page = Image.new("RGB", (width, height), paper)
    lines = ImageDraw.Draw(page)
    for inset, thick in ((28, 5), (42, 1)):
        lines.rectangle((inset, inset, width - inset, height - inset), outline=ink, width=thick)
    return page


def _middle(page: Image.Image, y: int, text: str, size: int, ink: tuple[int, int, int] = (20, 20, 24)) -> None:
    ImageDraw.Draw(page).text((page.width / 2, y), text, font=_font(size), fill=ink, anchor="mm")


def _fields(page: Image.Image, x: int, y: int, rows: Sequence[tuple[str, str]], size: int = 27, wide: int = 330) -> int:
    """Label, colon, value, one below the other; returns where the next line would be."""
    pen = ImageDraw.Draw(page)
    for label, value in rows:
        pen.text((x, y), label, font=_font(size), fill=(70, 70, 78))
        pen.text((x + wide, y), f": {value}", font=_font(size), fill=(12, 12, 16))
        y += round(size * 1.75)
    return y


def _finish(page: Image.Image) -> Colour:
    """CONTOH / SPECIMEN slantwise over the page, then a scanner's slight unevenness."""
    mark = Image.new("RGBA", page.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(mark)
    step = page.height // 3
    for row in range(3):
        at = (page.width / 2, step * row + step / 2)
        pen.text(at, "CONTOH / SPECIMEN", font=_font(page.width // 14), fill=(190, 30, 30, 62), anchor="mm")
    page.paste(mark.rotate(18), (0, 0), mark.rotate(18))
    pixels = np.asarray(page, np.float32)
    shade = np.linspace(1.0, 0.96, page.width, dtype=np.float32)[None, :, None]
    return np.asarray(np.clip(pixels * shade, 0, 255), np.uint8)


def _sex(bearer: Bearer) -> str:
    return "LAKI-LAKI" if bearer.sex == "L" else "PEREMPUAN"


def _birth_certificate(bearer: Bearer) -> Colour:
    page = _page(SHORT, LONG, (247, 243, 226), (60, 96, 84))
    _middle(page, 130, "REPUBLIK CONTOH", 34)
    _middle(page, 185, "PENCATATAN SIPIL", 30)
    _middle(page, 240, "KABUPATEN CONTOH", 26)
    _middle(page, 340, "KUTIPAN AKTA KELAHIRAN", 48)
    _middle(page, 410, f"Nomor {bearer.akta}", 28)
    y = _fields(
        page,
        110,
        500,
        (
            ("NIK", bearer.nik or "-"),
            ("Di", bearer.birth_place.upper()),
            ("Pada tanggal", day(bearer.birth_date)),
            ("Telah lahir", _sex(bearer)),
        ),
    )
    _middle(page, y + 60, bearer.name.upper(), 42 if len(bearer.name) < 34 else 28)
    y = _fields(page, 110, y + 140, (("Anak dari ayah", bearer.father.upper()), ("dan ibu", bearer.mother.upper())))
    ImageDraw.Draw(page).text((690, LONG - 330), "Pejabat Pencatatan Sipil", font=_font(24), fill=(40, 40, 48))
    ImageDraw.Draw(page).ellipse((700, LONG - 290, 860, LONG - 130), outline=(90, 60, 150), width=4)
    ImageDraw.Draw(page).text((780, LONG - 210), "CONTOH", font=_font(26), fill=(90, 60, 150), anchor="mm")
    return _finish(page)


def _family_card(bearer: Bearer) -> Colour:
    page = _page(LONG, SHORT, (236, 243, 250), (40, 74, 130))
    _middle(page, 105, "KARTU KELUARGA", 50)
    _middle(page, 165, f"No. {bearer.no_kk}", 34)
    _fields(page, 80, 225, (("Nama Kepala Keluarga", bearer.father.upper()), ("Alamat", bearer.address)), 22)
    _fields(page, 900, 225, (("Desa/Kelurahan", bearer.village), ("Kecamatan", bearer.district)), 22, 250)
    pen = ImageDraw.Draw(page)
    edges = (80, 130, 590, 850, 1010, 1180, 1350, LONG - 80)
    heads = ("No", "Nama Lengkap", "NIK", "Kelamin", "Tempat Lahir", "Tanggal", "Hubungan")
    born = f"{bearer.birth_date:%d-%m-%Y}"
    rows = (
        ("1", bearer.father.upper(), "-", "L", "-", "-", "KEPALA KELUARGA"),
        ("2", bearer.mother.upper(), "-", "P", "-", "-", "ISTRI"),
        ("3", bearer.name.upper(), bearer.nik or "-", bearer.sex, bearer.birth_place.upper(), born, "ANAK"),
    )
    for index, cells in enumerate((heads, *rows)):
        top = 350 + 56 * index
        for left, right, text in zip(edges, edges[1:], cells, strict=False):
            pen.rectangle((left, top, right, top + 56), outline=(40, 74, 130), width=1)
            size = 20
            while size > 10 and _font(size).getlength(text) > right - left - 12:
                size -= 1
            pen.text((left + 6, top + 28), text, font=_font(size), fill=(14, 14, 20), anchor="lm")
    _fields(page, 80, 640, (("Agama", bearer.religion), ("Nama ibu", bearer.mother.upper())), 22)
    pen.text((1120, SHORT - 260), "Kepala Dinas (contoh)", font=_font(24), fill=(40, 40, 48))
    return _finish(page)


def _consent(bearer: Bearer) -> Colour:
    page = _page(SHORT, LONG, (252, 252, 250), (120, 120, 128))
    _middle(page, 150, "SURAT PERSETUJUAN ORANG TUA", 42)
    _middle(page, 210, "perekaman KTP elektronik di sekolah", 28)
    pen = ImageDraw.Draw(page)
    pen.text((110, 320), "Yang bertanda tangan di bawah ini:", font=_font(26), fill=(20, 20, 24))
    y = _fields(page, 150, 380, (("Nama ayah/ibu", bearer.mother.upper()), ("Alamat", bearer.address)), 26)
    pen.text((110, y + 30), "menyetujui perekaman data anak kami:", font=_font(26), fill=(20, 20, 24))
    born = f"{bearer.birth_place}, {day(bearer.birth_date)}"
    rows = (("Nama", bearer.name.upper()), ("NIK", bearer.nik or "-"), ("Lahir", born), ("Sekolah", bearer.school))
    y = _fields(page, 150, y + 90, rows, 26)
    for index, text in enumerate(("foto wajah", "tanda tangan", "sepuluh sidik jari", "kedua iris mata")):
        top = y + 50 + 56 * index
        pen.rectangle((150, top, 180, top + 30), outline=(20, 20, 24), width=2)
        pen.line((155, top + 14, 163, top + 24, 177, top + 2), fill=(20, 50, 140), width=4)
        pen.text((210, top), text, font=_font(26), fill=(20, 20, 24))
    pen.text((700, LONG - 420), "Tanda tangan,", font=_font(26), fill=(20, 20, 24))
    wave = np.linspace(0, 1, 90)
    x, rise = 690 + 260 * wave, 45 * np.sin(wave * 34) * np.exp(-1.5 * wave)
    pen.line([(float(a), LONG - 310 + float(b)) for a, b in zip(x, rise, strict=True)], fill=(20, 40, 130), width=4)
    pen.text((690, LONG - 250), bearer.mother.upper(), font=_font(24), fill=(20, 20, 24))
    return _finish(page)
