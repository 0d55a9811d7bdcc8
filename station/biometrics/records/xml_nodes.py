"""XML from outside as a small tree of nodes that know their offset.

No document type, no entities, bounded size and depth; attributes other than the namespace are refused
where the children are taken.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final
from xml.parsers.expat import ExpatError

import msgspec
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from station.biometrics.records.cursor import MAX_RECORD, RecordError

MAX_DEPTH: Final = 16
MAX_NODES: Final = 20_000
LONGEST_TAG: Final = 65_536
"""Bytes between < and >; a long comment has a few thousand."""
LONGEST_NUMBER: Final = 18
_SCHEMA_HINT: Final = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"


class Node(msgspec.Struct):
    """One element. `name` is its local name where it is of the namespace that was asked for."""

    name: str
    offset: int
    children: list[Node] = []
    text: str = ""
    attributed: bool = False
    """Whether it has an attribute other than a hint where the schema is; none of ours do."""


class _Builder:
    """What the parser calls. Offsets come from expat, which knows the byte that it stands at."""

    def __init__(self, namespace: str) -> None:
        self._prefix = f"{{{namespace}}}"
        self._open: list[tuple[Node, list[str]]] = []
        self._nodes = 0
        self.root: Node | None = None
        self.parser: Any = None

    @property
    def offset(self) -> int:
        return max(0, int(self.parser.parser.CurrentByteIndex))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES or len(self._open) >= MAX_DEPTH:
            raise RecordError(
                f"more than {MAX_NODES} elements, or more than {MAX_DEPTH} inside each other", self.offset
            )
        if not tag.startswith(self._prefix):
            shown = ascii(tag)[1:-1][:120]
            raise RecordError(f"the element {shown} is not of the namespace {self._prefix[1:-1]}", self.offset)
        attributed = any(not name.startswith(_SCHEMA_HINT) for name in attributes)
        node = Node(tag.removeprefix(self._prefix), self.offset, attributed=attributed)
        if self._open:
            self._open[-1][0].children.append(node)
        else:
            self.root = node
        self._open.append((node, []))

    def data(self, text: str) -> None:
        self._open[-1][1].append(text)

    def end(self, _tag: str) -> None:
        node, pieces = self._open.pop()
        node.text = "".join(pieces)

    def comment(self, _text: str) -> None:
        """Comments say nothing to a program."""

    def pi(self, _target: str, _data: str | None = None) -> None:
        """Neither do processing instructions."""

    def close(self) -> Node:
        if self.root is None:
            raise RecordError("there is no element", 0)
        return self.root


def parse(data: bytes, namespace: str) -> Node:
    """The root element of a document, all of one namespace. Raises RecordError."""
    if len(data) > MAX_RECORD:
        raise RecordError(f"the file has {len(data)} bytes; more than {MAX_RECORD} are not read", MAX_RECORD)
    _check_tags(data)
    builder = _Builder(namespace)
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.parser = parser
    parser.parser.buffer_text = True
    try:
        parser.feed(data)
        root = parser.close()
    except DefusedXmlException as error:
        raise RecordError("a document type or an entity is declared, and neither is read", builder.offset) from error
    except (ParseError, ExpatError, ValueError, LookupError) as error:
        raise RecordError(f"this is no well-formed XML ({error})", builder.offset) from error
    if not isinstance(root, Node):
        raise RecordError("there is no element", 0)
    return root


def _check_tags(data: bytes) -> None:
    """Refuse what costs the parser more than it is worth: endless tags (and with them attributes) and UTF-16."""
    nothing = data.find(b"\0")
    if nothing != -1:
        raise RecordError("there is a zero byte; XML is read in UTF-8 and other codings of single bytes", nothing)
    at = data.find(b"<")
    for _ in range(4 * MAX_NODES):
        if at == -1:
            return
        end = data.find(b">", at)
        if (end if end != -1 else len(data)) - at > LONGEST_TAG:
            raise RecordError(f"a tag has more than {LONGEST_TAG} bytes", at)
        at = data.find(b"<", end) if end != -1 else -1
    raise RecordError(f"there are more than {4 * MAX_NODES} tags", max(at, 0))


class Children:
    """Takes an element's children in the order of its schema."""

    def __init__(self, node: Node) -> None:
        if node.text.strip() or node.attributed:
            raise RecordError(f"{node.name} has text or attributes between its elements", node.offset)
        self._node = node
        self._left = list(reversed(node.children))

    def take(self, name: str) -> Node | None:
        """The next child, if it is of this name."""
        return self._left.pop() if self._left and self._left[-1].name == name else None

    def must(self, name: str) -> Node:
        """The next child, which has to be of this name."""
        found = self.take(name)
        if found is None:
            raise RecordError(f"{self._node.name} has no {name} where the schema asks for it", self._node.offset)
        return found

    def text(self, name: str) -> str | None:
        """The text of the next child, if it is of this name."""
        found = self.take(name)
        return None if found is None else text_of(found)

    def number(self, name: str, low: int, high: int | None = None) -> int | None:
        """The number that the next child holds, if it is of this name."""
        found = self.take(name)
        return None if found is None else number_of(found, low, high)

    def octets(self, name: str) -> bytes | None:
        """The bytes that the next child holds in base64, if it is of this name."""
        found = self.take(name)
        if found is None:
            return None
        text = "".join(text_of(found).split())
        try:
            octets = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise RecordError(f"{name} is no base64", found.offset) from error
        if base64.b64encode(octets).decode() != text:
            raise RecordError(f"{name} has bits in base64 that belong to no byte", found.offset)
        return octets

    def truth(self, name: str) -> bool | None:
        """The boolean that the next child holds, if it is of this name."""
        word = self.word(name, ("true", "false", "1", "0"))
        return None if word is None else word in ("true", "1")

    def word(self, name: str, allowed: tuple[str, ...]) -> str | None:
        """The text of the next child, one out of a list, if it is of this name."""
        found = self.take(name)
        if found is None:
            return None
        text = text_of(found)
        if text not in allowed and text.strip() not in allowed:
            raise RecordError(f"{name} is {_shown(text)}, which the schema does not know", found.offset)
        return text if text in allowed else text.strip()

    def words(self, name: str, *lists: tuple[str, ...]) -> tuple[str, ...] | None:
        """The words of the next child, all of them out of one list, if it is of this name."""
        found = self.take(name)
        if found is None:
            return None
        words = tuple(text_of(found).split())
        if not any(all(word in allowed for word in words) for allowed in lists):
            raise RecordError(f"{name} is {_shown(text_of(found))}, which the schema does not know", found.offset)
        return words

    def form(self, name: str, form: re.Pattern[str]) -> str | None:
        """The text of the next child, of a given form, if it is of this name."""
        found = self.take(name)
        if found is None:
            return None
        text = text_of(found).strip()
        if form.fullmatch(text) is None:
            raise RecordError(f"{name} is {_shown(text)}, which is not of the schema's form", found.offset)
        return text

    def finish(self) -> None:
        """Refuse a child that is left."""
        if self._left:
            node = self._left[-1]
            raise RecordError(f"{node.name} stands where the schema has no place for it", node.offset)


def text_of(node: Node) -> str:
    """The text of an element without elements inside."""
    if node.children:
        raise RecordError(f"{node.name} has elements where text is asked for", node.children[0].offset)
    return node.text


def number_of(node: Node, low: int, high: int | None) -> int:
    """The number that an element holds, between two limits."""
    text = text_of(node).strip()
    if len(text) > LONGEST_NUMBER or re.fullmatch(r"[+-]?[0-9]+", text) is None:
        raise RecordError(f"{node.name} is {_shown(text)}, which is no number", node.offset)
    value = int(text)
    if value < low or (high is not None and value > high):
        raise RecordError(f"{node.name} is {value}, which the schema does not allow", node.offset)
    return value


def _shown(text: str) -> str:
    return ascii(text[:60])
