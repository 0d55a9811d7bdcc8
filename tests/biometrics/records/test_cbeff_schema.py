"""The reader of CBEFF takes what the schema allows, refuses the rest, and the writer makes nothing else."""

from __future__ import annotations

import base64
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import xmlschema

from station.biometrics.records import cbeff, show
from station.biometrics.records.cbeff import BdbInfo, Bir, BirInfo, Entry
from station.biometrics.records.cursor import RecordError

XSI = "http://www.w3.org/2001/XMLSchema-instance"
INFO = "<BIRInfo><Integrity>false</Integrity></BIRInfo>"


def document(inside: str, attributes: str = "") -> bytes:
    return f'<BIR xmlns="{cbeff.NAMESPACE}" xmlns:xsi="{XSI}" {attributes}>{inside}</BIR>'.encode()


@pytest.mark.parametrize(
    "inside",
    [
        f"{INFO}<BDBInfo><FormatOwner>99999999999999999999</FormatOwner></BDBInfo>",
        f"{INFO}<Others xsi:nil='true'/>",
        f"{INFO}<Others xsi:nil=' 1 '><!-- nothing --></Others><Others><Key>a</Key><Value>b</Value></Others>",
        f"{INFO}<Others xsi:nil='false'><Key>a</Key><Value>b</Value></Others>",
        f"{INFO}<BDB><![CDATA[{base64.b64encode(bytes(90_000)).decode()}]]></BDB>",
        f"<!-- {'<' * 70_000} --><?note {'>' * 70_000}?>{INFO}",
        f"{INFO}<BDBInfo><Type></Type><Subtype/></BDBInfo>",
        "<BIRInfo><Integrity> 1 </Integrity><CreationDate>\n2000-02-29T24:00:00\t</CreationDate></BIRInfo>",
        "<BIRInfo><Integrity>0</Integrity><CreationDate>12345-02-28T01:02:03.5+14:00</CreationDate></BIRInfo>",
    ],
)
def test_what_the_schema_allows_is_read_and_written_again(inside: str) -> None:
    bir = cbeff.read(document(inside))
    assert cbeff.read(cbeff.write(bir)) == bir
    assert show.tell(document(inside)).fields


def info(element: str) -> str:
    return f"{INFO}<BDBInfo>{element}</BDBInfo>"


UUID = "12345678-1234-1234-1234-1234567890ab"


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        (info(f"<Index> {UUID} </Index>"), "Index is ' 12345678"),
        (info("<Level> Raw</Level>"), "Level is ' Raw'"),
        (info("<Purpose>Audit </Purpose>"), "Purpose is 'Audit '"),
        (info("<Type>Ear</Type>"), "Type is 'Ear'"),
        (info("<Type>Ear </Type>"), "Type is 'Ear '"),
        (info("<Type>Iris\u00a0Face</Type>"), "Type is"),
        (info("<CreationDate>0000-01-01T00:00:00</CreationDate>"), "CreationDate"),
        (info("<CreationDate>1900-02-29T00:00:00</CreationDate>"), "CreationDate"),
        (info("<CreationDate>٢٠٢٦-01-01T00:00:00</CreationDate>"), "CreationDate"),
        (info("<CreationDate>\u00a02026-01-01T00:00:00</CreationDate>"), "CreationDate"),
        (info(f"<FormatOwner>{'9' * 5000}</FormatOwner>"), "more than 4000 digits"),
        (info("<Level xsi:nil='true'/>"), "Level has the attribute xsi:nil"),
        (info("<Level lang='id'>Raw</Level>"), "the attribute 'lang'"),
        (f"{INFO}<Others xsi:nil='true'> </Others>", "nil, and is not empty"),
        (f"{INFO}<Others xsi:nil='yes'/>", "xsi:nil is 'yes'"),
        (f"{INFO}<Others/>", "Others has no Key"),
        (f"{INFO}\u00a0", "BIR has text between"),
    ],
)
def test_what_the_schema_does_not_allow_is_refused_with_the_reason(inside: str, why: str) -> None:
    with pytest.raises(RecordError, match=why):
        cbeff.read(document(inside))


@pytest.mark.parametrize(
    "bir",
    [
        Bir(BirInfo(), bdb_info=BdbInfo(level="raw")),
        Bir(BirInfo(), bdb_info=BdbInfo(format_owner=0)),
        Bir(BirInfo(), bdb_info=BdbInfo(types=("Ear ",))),
        Bir(BirInfo(), bdb_info=BdbInfo(subtypes=("Left", "Palm"))),
        Bir(BirInfo(), bdb_info=BdbInfo(quality=101)),
        Bir(BirInfo(index="x")),
        Bir(BirInfo(created="0000-01-01T00:00:00")),
        Bir(BirInfo(created=" 2026-01-01T00:00:00")),
        Bir(BirInfo(), children=(Bir(BirInfo(), bdb_info=BdbInfo(purpose=" Audit")),)),
        Bir(BirInfo(creator="\0")),
    ],
)
def test_nothing_that_the_schema_does_not_allow_is_written(bir: Bir) -> None:
    with pytest.raises(RecordError):
        cbeff.write(bir)


def test_a_nil_entry_is_kept_among_the_others() -> None:
    bir = Bir(BirInfo(), children=(Bir(BirInfo(), others=(Entry("a", "b"), None, Entry("", ""))),))
    assert cbeff.read(cbeff.write(bir)) == bir
    assert b"xmlns:xsi" not in cbeff.write(Bir(BirInfo()))


# No white space and digits other than ASCII: the schema forbids them, the validator takes them.
VALUES = {
    "bool": ["true", "0", " 1 ", "TRUE", "yes", ""],
    "moment": [
        "2026-11-24T01:02:03Z", "2026-11-24T24:00:00", "2026-02-30T00:00:00", "2024-02-29T00:00:00+14:00", "2026-11-24",
        "-0044-03-15T00:00:00", "2026-11-24T01:02:60Z", " 2026-11-24T01:02:03.5Z\n", "0000-01-01T00:00:00",
        "12026-01-01T00:00:00Z", "1900-02-29T00:00:00", "2000-02-29T00:00:00-13:59", "02026-01-01T00:00:00",
    ],
    "uuid": [UUID, UUID.upper(), f"{{{UUID}}}", f" {UUID} ", "x"],
    "count": ["1", "257", "0", "-1", "+7", " 9 ", "007", "1.0", "99999999999999999999", ""],
    "bytes": ["", "QUJD", "QU JD\n", "QUI=", "QUJ=", "QQ", "Q U I =", "*", "<![CDATA[QUJD]]>"],
    "Type": ["Finger", "Finger Face", "Ear", "Ear ", "", "Nose", " Iris  ", "Finger\tFinger"],
    "Subtype": ["Left Thumb", "", "Left LeftVein", "Palm", "LeftVein RightVein", "left"],
    "Level": ["Raw", " Raw", "raw", "Processed"],
    "Purpose": ["Enroll", "enroll", "Audit "],
    "Quality": ["-2", "100", "101", "50", " 50 ", "-3", "+5", "5.0", "-0"],
    "text": ["J&amp;K", "&#x41;", "<![CDATA[a<b]]>", "\u00e9", "", "&lt;", "&#13;"],
}  # fmt: skip
INFO_PARTS = (
    ("Creator", "text"), ("Index", "uuid"), ("Payload", "bytes"), ("Integrity", "bool"), ("CreationDate", "moment"),
    ("NotValidBefore", "moment"),
)  # fmt: skip
BDB_PARTS = (
    ("ChallengeResponse", "bytes"), ("Index", "uuid"), ("FormatOwner", "count"), ("FormatType", "count"),
    ("Encryption", "bool"), ("CreationDate", "moment"), ("Type", "Type"), ("Subtype", "Subtype"), ("Level", "Level"),
    ("ProductOwner", "count"), ("Purpose", "Purpose"), ("Quality", "Quality"),
)  # fmt: skip


class Maker:
    """Documents out of pieces of which most are right."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)

    def leaf(self, name: str, kind: str, chance: float) -> str:
        if self.pick.random() >= chance:
            return ""
        values = VALUES[kind]
        value = values[0] if self.pick.random() < 0.8 else self.pick.choice(values)
        return f"<{name}{self.attribute()}>{value}</{name}>"

    def attribute(self) -> str:
        if self.pick.random() < 0.99:
            return ""
        return self.pick.choice([" xsi:nil='true'", " xsi:nil='false'", " a='b'", " xsi:schemaLocation='a b'"])

    def parts(self, *parts: tuple[str, str]) -> Iterator[str]:
        for name, kind in parts:
            yield self.leaf(name, kind, 0.97 if name == "Integrity" else 0.35)

    def other(self) -> str:
        if self.pick.random() < 0.3:
            return self.pick.choice(
                ["<Others xsi:nil='1'/>", "<Others xsi:nil='true'> </Others>", "<Others/>", "<Others xsi:nil='no'/>"]
            )
        nil = self.pick.choice(["", "", " xsi:nil='false'", " xsi:nil='true'"])
        return f"<Others{nil}>{self.leaf('Key', 'text', 0.98)}{self.leaf('Value', 'text', 0.98)}</Others>"

    def inside(self, depth: int = 0) -> str:
        parts = [f"<BIRInfo>{''.join(self.parts(*INFO_PARTS))}</BIRInfo>"]
        if self.pick.random() < 0.7:
            inner = list(self.parts(*BDB_PARTS))
            if self.pick.random() < 0.05:
                self.pick.shuffle(inner)
            parts.append(f"<BDBInfo>{''.join(inner)}</BDBInfo>")
        while depth < 2 and self.pick.random() < 0.25:
            parts.append(f"<BIR>{self.inside(depth + 1)}</BIR>")
        parts += [self.leaf("BDB", "bytes", 0.5), self.leaf("SB", "bytes", 0.2)]
        while self.pick.random() < 0.2:
            parts.append(self.other())
        return self.pick.choice(["", "\n", " <!-- c --> "]).join(parts)


def test_reader_and_schema_agree(reference: Path) -> None:
    schema = xmlschema.XMLSchema(reference / "cbeff" / "cbeff.xsd")
    maker, seen = Maker(77), Counter[bool]()
    for _ in range(1500):
        text = document(maker.inside())
        valid = schema.is_valid(text.decode())
        seen[valid] += 1
        try:
            bir = cbeff.read(text)
        except RecordError as error:
            assert not valid, (error, text.decode())
            continue
        assert valid, text.decode()
        made = cbeff.write(bir)
        assert schema.is_valid(made.decode().partition("\n")[2])
        assert cbeff.read(made) == bir
    assert min(seen.values()) > 300, seen
