"""How a ticket looks: ESC/POS bytes drawn as an 80 mm receipt, 576 dots wide at 203 dpi.

Text with its sizes, bold, underline, reverse, alignment and code page; QR codes; raster pictures;
feeds. What it does not draw (bar codes, column pictures) leaves no mark, as on a printer without
that command.
"""

from __future__ import annotations

import functools
import importlib.util
import io
from pathlib import Path
from typing import Final

import segno
from PIL import Image, ImageDraw, ImageFont, ImageOps

from station.bench.devices import escpos

WIDTH: Final = 576
"""Dots on 72 mm of printable width at 203 dpi: the common 80 mm print head."""

MARGIN: Final = 24
"""Dots of white left and right of the print head's width, so that the picture looks like the paper."""

FONT_A: Final = (12, 24)
FONT_B: Final = (9, 17)
LINE: Final = 30
"""Default line spacing of 1/6 inch in dots."""

CODE_PAGES: Final = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
}

_INK: Final = 24
_PAPER: Final = 252


@functools.cache
def _font_file() -> str:
    """Roboto Mono as Kivy ships it: found without importing Kivy, which would open its window machinery."""
    spec = importlib.util.find_spec("kivy")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("Kivy is not installed, and with it the font for the tickets' pictures")
    return str(Path(spec.origin).parent / "data" / "fonts" / "RobotoMono-Regular.ttf")


@functools.lru_cache(maxsize=2048)
def _glyph(char: str, cell: tuple[int, int], wide: int, high: int, bold: bool) -> Image.Image:
    """A character in its cell of dots: black is 255, for use as a mask."""
    scale = max(wide, high)
    font = ImageFont.truetype(_font_file(), round(cell[0] / 0.6 * scale))
    glyph = Image.new("L", (cell[0] * scale, cell[1] * scale))
    draw = ImageDraw.Draw(glyph)
    baseline = round(cell[1] * scale * 0.78)
    draw.text((0, baseline), char, font=font, fill=255, anchor="ls", stroke_width=scale * 0.5 if bold else 0)
    return glyph.resize((cell[0] * wide, cell[1] * high), Image.Resampling.BOX)


class _Style:
    def __init__(self) -> None:
        self.cell = FONT_A
        self.wide = 1
        self.high = 1
        self.bold = False
        self.underline = 0
        self.reverse = False
        self.align = 0
        self.code_page = "cp437"
        self.line = LINE


class _Receipt:
    def __init__(self) -> None:
        self.style = _Style()
        self._rows: list[Image.Image] = []
        self._line: list[Image.Image] = []
        self._qr_data = b""
        self._qr_module = 3
        self._qr_error = "l"

    def text(self, data: bytes) -> None:
        style = self.style
        for char in data.decode(style.code_page, "replace"):
            mask = _glyph(char, style.cell, style.wide, style.high, style.bold).copy()
            if style.underline:
                ImageDraw.Draw(mask).rectangle(
                    (0, mask.height - 1 - style.underline, mask.width, mask.height), fill=255
                )
            if sum(piece.width for piece in self._line) + mask.width > WIDTH:
                self.feed_line()
            self._line.append(ImageOps.invert(mask) if style.reverse else mask)

    def feed_line(self) -> None:
        height = max([self.style.line, *(piece.height + 6 for piece in self._line)])
        row = Image.new("L", (sum(piece.width for piece in self._line), height))
        x = 0
        for piece in self._line:
            row.paste(piece, (x, height - 3 - piece.height))
            x += piece.width
        self._line = []
        self._put(row)

    def feed_dots(self, dots: int) -> None:
        if self._line:
            self.feed_line()
        self._rows.append(Image.new("L", (WIDTH, dots)))

    def _put(self, picture: Image.Image) -> None:
        row = Image.new("L", (WIDTH, picture.height))
        free = WIDTH - picture.width
        row.paste(picture, ({0: 0, 1: free // 2, 2: free}[self.style.align], 0))
        self._rows.append(row)

    def raster(self, arguments: bytes) -> None:
        mode, columns, rows = arguments[1], arguments[2] + 256 * arguments[3], arguments[4] + 256 * arguments[5]
        if not columns or not rows:
            return
        picture = Image.frombytes("1", (columns * 8, rows), arguments[6:]).convert("L")
        if mode & 3:
            picture = picture.resize((picture.width * (1 + (mode & 1)), picture.height * (1 + (mode >> 1 & 1))))
        self._put(picture)

    def two_dimensional(self, arguments: bytes) -> None:
        """GS ( k for QR codes: cn 49; fn 67 module size, 69 error level, 80 store, 81 print."""
        if arguments[3:4] != b"1":
            return
        function, rest = arguments[4], arguments[5:]
        if function == 67:
            self._qr_module = rest[0]
        elif function == 69:
            self._qr_error = "lmqh"[min(3, max(0, rest[0] - 48))]
        elif function == 80:
            self._qr_data = rest[1:]
        elif function == 81 and self._qr_data:
            out = io.BytesIO()
            code = segno.make(self._qr_data, error=self._qr_error, micro=False, boost_error=False)
            code.save(out, kind="png", scale=self._qr_module, border=1)
            self._put(ImageOps.invert(Image.open(out).convert("L")))

    def picture(self) -> Image.Image:
        if self._line:
            self.feed_line()
        height = sum(row.height for row in self._rows) + 2 * MARGIN
        mask = Image.new("L", (WIDTH + 2 * MARGIN, height))
        y = MARGIN
        for row in self._rows:
            mask.paste(row, (MARGIN, y))
            y += row.height
        paper = Image.new("L", mask.size, _PAPER)
        paper.paste(_INK, (0, 0), mask)
        return paper


def render(data: bytes) -> Image.Image:
    """The picture of one ticket, grey, 624 dots wide."""
    receipt = _Receipt()
    for token in escpos.tokens(data):
        if token.name is escpos.Name.TEXT:
            receipt.text(token.data)
        elif token.name is escpos.Name.LINE_FEED:
            receipt.feed_line()
        elif token.name is escpos.Name.CUT:
            receipt.feed_dots(LINE * 2)
        elif token.name is escpos.Name.COMMAND:
            _apply(receipt, token)
    return receipt.picture()


def _apply(receipt: _Receipt, token: escpos.Token) -> None:
    style = receipt.style
    value = token.arguments[0] if token.arguments else 0
    match token.code:
        case b"\x1b@":
            receipt.style = _Style()
        case b"\x1b!":
            style.cell = FONT_B if value & 1 else FONT_A
            style.bold = bool(value & 8)
            style.high, style.wide = 1 + (value >> 4 & 1), 1 + (value >> 5 & 1)
            style.underline = value >> 7
        case b"\x1d!":
            style.wide, style.high = 1 + (value >> 4 & 7), 1 + (value & 7)
        case b"\x1bM":
            style.cell = FONT_B if value & 1 else FONT_A
        case b"\x1bE" | b"\x1bG":
            style.bold = bool(value & 1)
        case b"\x1b-":
            style.underline = value % 48
        case b"\x1dB":
            style.reverse = bool(value & 1)
        case b"\x1ba":
            style.align = min(value % 48, 2)
        case b"\x1bt":
            style.code_page = CODE_PAGES.get(value, "cp437")
        case b"\x1b2":
            style.line = LINE
        case b"\x1b3":
            style.line = value
        case b"\x1bd":
            for _ in range(value):
                receipt.feed_line()
        case b"\x1bJ":
            receipt.feed_dots(value)
        case b"\x1dv":
            receipt.raster(token.arguments)
        case b"\x1d(" if token.arguments[:1] == b"k":
            receipt.two_dimensional(token.arguments)
