"""Picture files that anybody may have made: read rightly, or refused in words, never a traceback or a full memory."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.bench.people import prints
from station.biometrics.filed import Subject, Wanted, judge_file
from station.biometrics.gates import Gates
from station.biometrics.nbis import UnusableImage
from station.biometrics.reading import Reading, read_picture

FORMATS = ("PNG", "JPEG", "JPEG2000", "BMP", "TIFF", "PPM", "WSQ", "WEBP")
GREY = prints.impression(prints.make_finger(1), 0)[:320, :256]


def coded(kind: str, image: PIL.Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    picture = PIL.Image.fromarray(np.ascontiguousarray(GREY)) if image is None else image
    picture.save(out, kind, **options)
    return out.getvalue()


SAMPLES = {kind: coded(kind, lossless=True) if kind == "WEBP" else coded(kind) for kind in FORMATS}


def read(folder: Path, data: bytes, name: str = "picture.bin") -> Reading:
    (folder / name).write_bytes(data)
    return read_picture(folder / name)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_known_by_its_content(kind: str, tmp_path: Path) -> None:
    found = read(tmp_path, SAMPLES[kind], "named.wrongly")
    assert (found.format, found.pixels.shape) == (kind, GREY.shape)
    if kind not in ("JPEG", "WSQ"):
        assert (found.pixels == GREY).all()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF"])
def test_the_resolution_is_read(kind: str, tmp_path: Path) -> None:
    assert read(tmp_path, coded(kind, dpi=(500, 500))).ppi == 500
    assert read(tmp_path, coded(kind, dpi=(1000, 1000))).ppi == 1000
    assert read(tmp_path, coded(kind, dpi=(72, 72))).ppi == 0


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize(("subject", "ppi"), [(Subject.FINGER, 500), (Subject.SIGNATURE, 300)])
def test_two_resolutions_in_one_file_are_both_told(kind: str, subject: Subject, ppi: int, tmp_path: Path) -> None:
    found = read(tmp_path, coded(kind, dpi=(500, 1000)))
    assert (found.ppi, found.uneven_ppi) == (0, (500, 1000))
    (told,) = judge_file(tmp_path / "picture.bin", subject, Wanted(), Gates())
    assert told.error == "The file says 500 pixels per inch across and 1000 down. Save it with the same both ways."
    (known,) = judge_file(tmp_path / "picture.bin", subject, Wanted(ppi=ppi), Gates())
    assert "across" not in known.error
    assert read(tmp_path, coded(kind, dpi=(500, 501))).uneven_ppi is None


def test_wsq_is_500_ppi_by_its_standard(tmp_path: Path) -> None:
    assert read(tmp_path, SAMPLES["WSQ"]).ppi == 500


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_cut_short_is_refused(kind: str, tmp_path: Path) -> None:
    whole = SAMPLES[kind]
    for length in (len(whole) * 9 // 10, len(whole) // 2, 40, 12):
        with pytest.raises(UnusableImage, match=r"damaged|cut|no picture|pixels"):
            read(tmp_path, whole[:length])


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, bits: int, colour: int, data: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(data)) + _chunk(b"IEND", b"")


def test_16_bits_are_refused_in_every_format(tmp_path: Path) -> None:
    deep = PIL.Image.fromarray(GREY.astype(np.uint16) * 257)
    files = [coded(kind, deep) for kind in ("PNG", "TIFF", "JPEG2000", "PPM")]
    files.append(png(32, 32, 16, 2, (b"\0" + bytes(32 * 6)) * 32))
    files.append(b"P6\n# deep\n32 32\n65535\n" + bytes(32 * 32 * 6))
    for data in files:
        with pytest.raises(UnusableImage, match="16-bit samples"):
            read(tmp_path, data)


def tiff(bits: int, samples: int = 1, **others: int) -> bytes:
    """32x32 pixels of nothing; `others` are a sample format, colours and compression by TIFF's numbers."""
    data, head = bytes(32 * 32 * samples * bits // 8), 8 + 2 + 10 * 12 + 4
    tags = {256: 32, 257: 32, 258: bits, 259: others.get("packing", 1), 262: others.get("colours", 1), 273: head}
    tags |= {277: samples, 278: 32, 279: len(data), 339: others.get("form", 1)}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + data


def jpeg(marker: int, bits: int, channels: int = 1) -> bytes:
    """A JPEG's header with nothing behind it."""
    frame = struct.pack(">BHHB", bits, 32, 32, channels) + bytes((1, 0x11, 0)) * channels
    segment = bytes((0xFF, marker)) + struct.pack(">H", len(frame) + 2) + frame
    return b"\xff\xd8" + b"\xff\xdb\0\x43\0" + bytes([1] * 64) + segment + b"\xff\xda\0\x08\1\1\0\0\x3f\0\xff\xd9"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (tiff(32, form=3), "32-bit floating-point samples"),
        (tiff(32, 3, form=3, colours=2), "32-bit floating-point samples"),
        (tiff(16, form=3), "16-bit floating-point samples"),
        (tiff(32, 3, colours=2), "32-bit samples"),
        (tiff(8, form=2), "signed samples"),
        (tiff(8, colours=32803), "camera's raw picture"),
        (tiff(8, 2), "samples a pixel 2"),
        (tiff(8, packing=34712), "compression 34712"),
        (jpeg(0xC1, 12), "12-bit samples"),
        (jpeg(0xC1, 12, 3), "12-bit samples"),
        (jpeg(0xC3, 8), "lossless JPEG"),
        (jpeg(0xC5, 8), "hierarchical JPEG"),
        (jpeg(0xF7, 8), "JPEG-LS"),
        (jpeg(0xC0, 8, 2), "has 2 channels"),
    ],
)
def test_what_is_whole_but_of_another_kind_is_not_called_damaged(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(UnusableImage, match=words) as told:
        read(tmp_path, data)
    assert "damaged" not in str(told.value)
    assert "ave it as" in str(told.value) or "8 bits a sample" in str(told.value)


def test_cmyk_is_refused(tmp_path: Path) -> None:
    for kind in ("JPEG", "TIFF"):
        with pytest.raises(UnusableImage, match="CMYK"):
            read(tmp_path, coded(kind, PIL.Image.new("CMYK", (64, 64))))


def test_palette_transparency_and_two_levels_are_read(tmp_path: Path) -> None:
    colour = PIL.Image.new("RGB", (64, 48), (200, 30, 30))
    assert tuple(read(tmp_path, coded("PNG", colour.quantize(8))).pixels[0, 0]) == (200, 30, 30)
    clear = PIL.Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    assert (read(tmp_path, coded("PNG", clear)).pixels == 255).all()
    ink = read(tmp_path, coded("PNG", PIL.Image.new("1", (64, 48), 1)))
    assert ink.two_levels
    assert (ink.pixels == 255).all()


def test_a_turned_portrait_is_put_upright(tmp_path: Path) -> None:
    turned = PIL.Image.new("RGB", (80, 40), (10, 90, 200))
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    assert read(tmp_path, coded("JPEG", turned, exif=exif)).pixels.shape == (80, 40, 3)
    broken = coded("JPEG", turned, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(30))
    assert read(tmp_path, broken).pixels.shape == (40, 80, 3)


def test_what_is_huge_is_refused_unread(tmp_path: Path) -> None:
    side = 20_000
    jp2, wsq = bytearray(SAMPLES["JPEG2000"]), bytearray(SAMPLES["WSQ"])
    struct.pack_into(">II", jp2, jp2.find(b"ihdr") + 4, side, side)
    struct.pack_into(">II", jp2, jp2.find(b"\xff\x4f\xff\x51") + 8, side, side)
    struct.pack_into(">HH", wsq, wsq.find(b"\xff\xa2") + 6, side, side)
    huge = (bytes(jp2), bytes(wsq), png(side, side, 8, 0, bytes(1000)), b"P5 20000 20000 255\n", b"P5 9000 9000 255\n")
    for data in huge:
        with pytest.raises(UnusableImage, match="50,000,000 pixels"):
            read(tmp_path, data)
    with pytest.raises(UnusableImage, match="only 1x1"):
        read(tmp_path, coded("PNG", PIL.Image.new("L", (1, 1))))


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    for data, word in (
        (b"", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"GIF89a", "GIF"),
        (b"hello", "no picture"),
        (b"\0\0\0\x20ftypheic", "HEIC"),
        (b"FIR\x00020\x00", "19794-4"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
    ):
        with pytest.raises(UnusableImage, match=word):
            read(tmp_path, data)


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "absent", tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(UnusableImage, match=r"no file with a picture|cannot be opened"):
            read_picture(path)


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kind=st.sampled_from(FORMATS), data=st.data())
def test_damage_never_gets_further_than_an_error_in_words(kind: str, data: st.DataObject, tmp_path: Path) -> None:
    broken = bytearray(SAMPLES[kind])
    for _ in range(data.draw(st.integers(1, 12))):
        reach = data.draw(st.sampled_from((200, len(broken))))
        broken[data.draw(st.integers(0, min(reach, len(broken)) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read(tmp_path, bytes(broken))
    except UnusableImage as error:
        assert 10 < len(str(error)) < 300
    else:
        assert found.pixels.dtype == np.uint8
        assert found.pixels.ndim in (2, 3)


@pytest.mark.parametrize("cut", [1, 4, 8, 12])
def test_a_png_without_its_last_chunk_is_refused(tmp_path: Path, cut: int) -> None:
    with pytest.raises(UnusableImage, match="its end is missing"):
        read(tmp_path, SAMPLES["PNG"][:-cut])
