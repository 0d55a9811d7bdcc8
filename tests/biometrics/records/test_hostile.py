"""Whatever the bytes are: read exactly, or refused with an offset; never anything else, and never much memory."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.biometrics import coding
from station.biometrics.records import (
    an2,
    cbeff,
    cursor,
    face,
    face2005,
    finger,
    finger2005,
    iris,
    iris2005,
    pictures,
    show,
    signature,
)
from station.biometrics.records.cursor import RecordError

WAYS: dict[str, tuple[Callable[[bytes], Any], Callable[[Any], bytes]]] = {
    "finger": (finger.read, finger.write),
    "finger2005": (finger2005.read, finger2005.write),
    "face": (face.read, face.write),
    "face2005": (face2005.read, face2005.write),
    "iris": (iris.read, iris.write),
    "iris2005": (iris2005.read, iris2005.write),
    "signature": (signature.read, signature.write),
    "cbeff": (cbeff.read, cbeff.write),
    "an2": (an2.read, an2.write),
}
Corpus = dict[str, bytes]
KINDS = st.sampled_from(sorted(WAYS))
QUICK = settings(max_examples=400, deadline=None, derandomize=True)


def exact_or_refused(name: str, data: bytes) -> bool:
    """Whether it was read. Everything but an exact reading or a refusal with an offset is a failure."""
    read, write = WAYS[name]
    try:
        record = read(data)
    except RecordError as error:
        assert 0 <= error.offset <= max(len(data), 1)
        assert error.what
        with pytest.raises(RecordError):
            show.tell(data)
        return False
    # XML says the same in many ways: there the record is the same, elsewhere every byte is.
    if name == "cbeff":
        assert read(write(record)) == record
    else:
        assert write(record) == data
    assert list(show.lines(show.tell(data)))
    return True


@pytest.mark.parametrize("name", sorted(WAYS))
def test_the_whole_record_is_read(corpus: Corpus, name: str) -> None:
    assert exact_or_refused(name, corpus[name])
    read, write = WAYS[name]
    assert write(read(corpus[name])) == corpus[name]


@pytest.mark.parametrize("name", sorted(WAYS))
def test_every_truncation_is_refused_where_it_ends_or_before(corpus: Corpus, name: str) -> None:
    for cut in range(len(corpus[name])):
        assert not exact_or_refused(name, corpus[name][:cut]) or corpus[name][cut:].isspace(), cut


@pytest.mark.parametrize("name", sorted(WAYS))
def test_bytes_behind_the_record_are_refused(corpus: Corpus, name: str) -> None:
    assert not exact_or_refused(name, corpus[name] + b"\0")


@pytest.mark.parametrize("name", sorted(WAYS))
def test_every_single_byte_that_is_changed(corpus: Corpus, name: str) -> None:
    whole = corpus[name]
    step = max(1, len(whole) // 400)
    read = 0
    for at in range(0, len(whole), step):
        for value in (0, 0xFF, whole[at] ^ 0x80, (whole[at] + 1) % 256):
            read += exact_or_refused(name, whole[:at] + bytes([value]) + whole[at + 1 :])
    assert read > 0


@QUICK
@given(name=KINDS, data=st.data())
def test_changed_in_several_places(corpus: Corpus, name: str, data: st.DataObject) -> None:
    body = bytearray(corpus[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body) - 1))
        how = data.draw(st.sampled_from(("change", "drop", "add", "large")))
        if how == "change":
            body[at] = data.draw(st.integers(0, 255))
        elif how == "drop":
            del body[at : at + data.draw(st.integers(1, 9))]
        elif how == "add":
            body[at:at] = data.draw(st.binary(max_size=9))
        else:
            body[at : at + 4] = b"\xff\xff\xff\xff"
        body = body or bytearray(b"\0")
    exact_or_refused(name, bytes(body))


@QUICK
@given(name=KINDS, rest=st.binary(max_size=200))
def test_noise_behind_a_true_beginning(corpus: Corpus, name: str, rest: bytes) -> None:
    exact_or_refused(name, corpus[name][:8] + rest)


@QUICK
@given(data=st.binary(max_size=300))
def test_noise(data: bytes) -> None:
    with pytest.raises(RecordError):
        show.tell(data)


def drawn(change: random.Random, picture: bytes) -> bytes:
    """A picture whose header is changed in a few places."""
    body = bytearray(picture)
    for _ in range(change.randint(1, 4)):
        at = change.randrange(min(len(body), 200))
        size = change.randint(1, 8)
        how = change.randrange(3)
        body[at : at + size * (how > 0)] = b"" if how == 1 else change.choice((b"\xff" * size, change.randbytes(size)))
    return bytes(body)


@pytest.mark.parametrize("seed", range(4))
def test_pictures_with_changed_headers_are_told_whatever_they_say(seed: int) -> None:
    change = random.Random(seed)
    grey = np.full((40, 60), 99, np.uint8)
    grey[::3] = 20
    whole = (
        coding.to_png(grey),
        coding.finger_to_wsq(grey),
        coding.iris_to_jpeg2000(grey),
        b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08\0\x40\0\x64\x01\x01\x11\0" + bytes(40),
    )[seed]
    for _ in range(500):
        told = pictures.tell(drawn(change, whole), pictures.Claim((60, 40), "PNG", channels=3, bits=24))
        assert told.title == "Image"


def test_claims_of_gigabytes_cost_nothing(corpus: Corpus) -> None:
    tracemalloc.start()
    for name, whole in corpus.items():
        for at in range(8, min(len(whole), 90), 2):
            for size in (2, 4):
                exact_or_refused(name, whole[:at] + b"\xff" * size + whole[at + size :])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 << 20


def test_as_many_fields_as_bytes_hold_are_not_made_into_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursor, "MAX_FIELDS", 1000)
    general = finger2005.GeneralHeader(0, 0, 1, 1, 1, 1, 1, 1, 8, 0)
    view = finger2005.View(finger2005.ViewHeader(1, 1, 1, 0, 0, 0, 0), b"")
    record = finger2005.Finger2005Record(general, (view,) * 120)
    with pytest.raises(RecordError, match="fields"):
        finger2005.read(finger2005.write(record))


@pytest.mark.parametrize(
    "text",
    [
        b'<!DOCTYPE BIR [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><BIR>&b;</BIR>',
        b'<!DOCTYPE BIR SYSTEM "file:///etc/passwd"><BIR/>',
        b"<BIR xmlns='" + cbeff.NAMESPACE.encode() + b"'>" + b"<BIR>" * 5000,
        b"<BIR/>",
        b"<BIR/>" * 100_000,
        b"<BIR " + b" ".join(b'a%d="1"' % n for n in range(9_000)) + b"/>",
        "<BIR/>".encode("utf-16"),
        b"<?xml version='1.0' encoding='UTF-7'?><BIR/>",
    ],
)
def test_xml_that_is_a_trap(text: bytes) -> None:
    with pytest.raises(RecordError):
        cbeff.read(text)


@pytest.mark.parametrize("flag", [1, 2, 255])
def test_certification_where_there_is_none(corpus: Corpus, flag: int) -> None:
    for name in ("face", "iris"):
        body = bytearray(corpus[name])
        body[14] = flag
        with pytest.raises(RecordError, match="byte 14"):
            WAYS[name][0](bytes(body))


@pytest.mark.parametrize("size", [0, 1, 7, 1 << 31, (1 << 63) - 1, (1 << 64) - 1])
def test_a_jpeg_2000_box_of_any_length(size: int) -> None:
    box = (1).to_bytes(4, "big") + b"ftyp" + size.to_bytes(8, "big")
    seen = pictures.look(b"\x00\x00\x00\x0cjP  \r\n\x87\n" + box + bytes(40))
    assert (seen.format, seen.width) == ("JPEG 2000", 0)


def test_a_text_record_of_very_many_fields_is_read_in_one_pass(corpus: Corpus) -> None:
    many = b"\x1d2.003:" * 200_000 + b"\x1d2.004:text"
    size = len(b"2.001:0000000") + len(many) + 1
    head = b"1.001:%03d\x1d1.003:1\x1f1\x1e2\x1f0\x1c"
    data = head % len(head % 0) + b"2.001:%07d" % size + many + b"\x1c"
    assert an2.write(an2.read(data)) == data
    inside = data.replace(b"text", b"t\x1cxt")
    with pytest.raises(RecordError, match="file separator stands inside"):
        an2.read(inside)
