"""Does a WSQ picture hold as many coefficients as its header's size asks for? (IAFIS-IC-0110)

The codec takes whatever size the frame header says and fills up what the data lack: a wrong size becomes a picture of
nothing. But the wavelet's subbands follow from the size, and the entropy-coded data say how many coefficients there
are, so the two are held against each other. What this cannot tell is a size of the same area with other sides: it has
as many coefficients. Where NIST's comment repeats the size, `wsq` compares that.
"""

from __future__ import annotations

import struct
from typing import Final

SUBBANDS: Final = 60
"""Those that are coded; the four of the finest diagonal detail never are."""
_START: Final = 2
_FRAME, _END, _BLOCK, _QUANTISATION, _HUFFMAN = 0xA2, 0xA1, 0xA3, 0xA5, 0xA6
_ZEROS: Final = range(1, 101)
"""Codes that stand for so many zeros."""
_EXTRA_BITS: Final = {101: 8, 102: 8, 103: 16, 104: 16, 105: 8, 106: 16}
"""Codes that bits of their own follow: large values of either sign, and runs of zeros."""
_RUNS: Final = (105, 106)
_LONGEST_CODE: Final = 16
_TABLE_HEAD: Final = 17
"""Bytes before a Huffman table's values: its number, and how many codes there are of each length."""


def check(data: bytes) -> None:
    """Raises ValueError where size and data do not belong together, or the segments cannot be followed."""
    try:
        wanted, found = _counts(data)
    except (struct.error, IndexError) as error:
        raise ValueError("its segments do not reach its end") from error
    if wanted != found:
        raise ValueError(f"its size asks for {wanted} coefficients, and its data have {found}")


def areas(width: int, height: int) -> list[int]:
    """Coefficients of each coded subband, in their order."""
    # The odd one goes to the low half, which stands first; in a mirrored half it stands second.
    low_x, high_x = _halves(_halves(width)[0])
    low_y, high_y = _halves(_halves(height)[0])
    coarse = _sixteen(low_x, low_y)
    coarse[:1] = _four(*(_halves(_halves(side)[0])[0] for side in (low_x, low_y)))
    whole = _sixteen(width, height)
    across, down = _sixteen(high_x, low_y, mirrored_x=True), _sixteen(low_x, high_y, mirrored_y=True)
    # Of the whole picture's sixteen, the first three are the ones that were split up before.
    return [*coarse, *across, *down, *whole[3:12]]


def _counts(data: bytes) -> tuple[int, int]:
    size, steps = (0, 0), [1] * SUBBANDS
    tables: dict[int, dict[tuple[int, int], int]] = {}
    at, found = _START, 0
    while data[at] == 0xFF and data[at + 1] != _END:
        marker, (length,) = data[at + 1], struct.unpack_from(">H", data, at + 2)
        body = data[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == _FRAME:
            height, width = struct.unpack_from(">HH", body, 2)
            size = (width, height)
        elif marker == _QUANTISATION:
            steps = [struct.unpack_from(">H", body, 4 + 6 * number)[0] for number in range(SUBBANDS)]
        elif marker == _HUFFMAN:
            _add_tables(body, tables)
        elif marker == _BLOCK:
            end = _end_of_block(data, at)
            found += _coefficients(data[at:end].replace(b"\xff\x00", b"\xff"), tables.get(body[0], {}))
            at = end
    return sum(area for area, step in zip(areas(*size), steps, strict=True) if step), found


def _halves(side: int) -> tuple[int, int]:
    return (side + 1) // 2, side // 2


def _quarters(side: int, mirrored: bool) -> tuple[int, int, int, int]:
    """The sides of four subbands in a row: of the second half, the low band stands last."""
    first, second = _halves(side)[::-1] if mirrored else _halves(side)
    return (*_halves(first), *_halves(second)[::-1])


def _sixteen(width: int, height: int, *, mirrored_x: bool = False, mirrored_y: bool = False) -> list[int]:
    xs, ys = _quarters(width, mirrored_x), _quarters(height, mirrored_y)
    return [
        xs[2 * right + x] * ys[2 * lower + y] for lower in (0, 1) for right in (0, 1) for y in (0, 1) for x in (0, 1)
    ]


def _four(width: int, height: int) -> list[int]:
    return [x * y for y in _halves(height) for x in _halves(width)]


def _add_tables(body: bytes, tables: dict[int, dict[tuple[int, int], int]]) -> None:
    """Values by length and bits of their code; codes count up, and gain a bit at each length."""
    while body:
        counts = body[1:_TABLE_HEAD]
        values = iter(body[_TABLE_HEAD : _TABLE_HEAD + sum(counts)])
        code, made = 0, {}
        for length, count in enumerate(counts, start=1):
            for _ in range(count):
                made[length, code] = next(values, 0)
                code += 1
            code <<= 1
        tables[body[0]] = made
        body = body[_TABLE_HEAD + sum(counts) :]


def _end_of_block(data: bytes, at: int) -> int:
    """Where the next marker stands; a byte of 0xFF in the data is followed by 0."""
    while True:
        at = data.find(b"\xff", at)
        if at == -1 or data[at + 1]:
            return at if at != -1 else len(data)
        at += 2


def _coefficients(data: bytes, table: dict[tuple[int, int], int]) -> int:
    """How many coefficients a block has; the ones that fill up its last byte are no code."""
    jump = _jump(table)
    found = held = bits = at = 0
    size = len(data)
    while True:
        while bits < 2 * _LONGEST_CODE and at < size:
            held, bits, at = (held << 8 | data[at]) & 0xFFFFFFFFFF, bits + 8, at + 1
        ahead = held << _LONGEST_CODE >> bits if bits < _LONGEST_CODE else held >> bits - _LONGEST_CODE
        length, value = jump[ahead & 0xFFFF]
        extra = _EXTRA_BITS.get(value, 0)
        if not length or length + extra > bits:
            if bits >= 8:
                raise ValueError("its data hold a code that its tables do not have")
            return found
        bits -= length + extra
        if value in _RUNS:
            found += held >> bits & (1 << extra) - 1
        else:
            found += value if value in _ZEROS else 1


def _jump(table: dict[tuple[int, int], int]) -> list[tuple[int, int]]:
    """Length and value of the code that each sixteen bits begin with; length 0 where that is none."""
    made = [(0, 0)] * (1 << _LONGEST_CODE)
    for (length, code), value in table.items():
        spare = _LONGEST_CODE - length
        made[code << spare : code + 1 << spare] = [(length, value)] * (1 << spare)
    if len(made) != 1 << _LONGEST_CODE:
        raise ValueError("its tables have more codes than there can be")
    return made
