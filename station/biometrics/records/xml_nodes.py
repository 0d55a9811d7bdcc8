"""XML from outside as a small tree of nodes that know their offset.

No document type, no entities, bounded size and depth. Of attributes there are those that XML Schema has for every
document: where the schema is, and that an element is nil. Blank is what XML calls so, and no other white space.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any, Final
from xml.parsers.expat import ExpatError

import msgspec
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from station.biometrics.records.cursor import MAX_RECORD, RecordError

MAX_DEPTH: Final = 16
MAX_NODES: Final = 20_000
LONGEST_TAG: Final = 65_536
"""Bytes between < and >: a name and its attributes."""
LONGEST_NUMBER: Final = 4000
"""Digits; schemas allow any number of them, Python turns 4300 into a number."""
BLANK: Final = " \t\r\n"
SCHEMA_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
_HINTS: Final = {f"{{{SCHEMA_INSTANCE}}}{name}" for name in ("schemaLocation", "noNamespaceSchemaLocation")}
_NIL: Final = f"{{{SCHEMA_INSTANCE}}}nil"
_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}
_UNTAGGED: Final = {b"<![CDATA[": b"]]>", b"<!--": b"-->", b"<?": b"?>"}
"""What begins like a tag and is none, and how it ends; the parser reads it once, however long it is."""


class Node(msgspec.Struct):
    """One element. `name` is its local name where it is of the namespace that was asked for."""

    name: str
    offset: int
    children: list[Node] = []
    text: str = ""
    nil: bool | None = None
    """What its attribute xsi:nil says, where it has one."""


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
        node = Node(tag.removeprefix(self._prefix), self.offset, nil=self._nil(attributes))
        if self._open:
            self._open[-1][0].children.append(node)
        else:
            self.root = node
        self._open.append((node, []))

    def _nil(self, attributes: dict[str, str]) -> bool | None:
        odd = next((name for name in attributes if name not in _HINTS and name != _NIL), None)
        if odd is not None:
            raise RecordError(f"the attribute {_shown(odd)} stands where none is read", self.offset)
        if _NIL not in attributes:
            return None
        nil = _TRUTHS.get(attributes[_NIL].strip(BLANK))
        if nil is None:
            raise RecordError(f"xsi:nil is {_shown(attributes[_NIL])}, and can be true or false", self.offset)
        return nil

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
        close = next((close for start, close in _UNTAGGED.items() if data.startswith(start, at)), None)
        if close is not None:
            end = data.find(close, at)
            at = data.find(b"<", end) if end != -1 else -1
            continue
        end = data.find(b">", at)
        if (end if end != -1 else len(data)) - at > LONGEST_TAG:
            raise RecordError(f"a tag has more than {LONGEST_TAG} bytes", at)
        at = data.find(b"<", end) if end != -1 else -1
    raise RecordError(f"there are more than {4 * MAX_NODES} tags", max(at, 0))


class Children:
    """Takes an element's children in the order of its schema."""

    def __init__(self, node: Node) -> None:
        if node.text.strip(BLANK):
            raise RecordError(f"{node.name} has text between its elements", node.offset)
        _check_not_nil(node)
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
        text = "".join(split(text_of(found)))
        try:
            octets = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise RecordError(f"{name} is no base64", found.offset) from error
        if base64.b64encode(octets).decode() != text:
            raise RecordError(f"{name} has bits in base64 that belong to no byte", found.offset)
        return octets

    def truth(self, name: str) -> bool | None:
        """The boolean that the next child holds, if it is of this name."""
        found = self.take(name)
        if found is None:
            return None
        truth = _TRUTHS.get(text_of(found).strip(BLANK))
        if truth is None:
            raise RecordError(f"{name} is {_shown(text_of(found))}, and can be true or false", found.offset)
        return truth

    def word(self, name: str, allowed: tuple[str, ...]) -> str | None:
        """The text of the next child, one out of a list, if it is of this name. Blanks around it make it another."""
        found = self.take(name)
        if found is None:
            return None
        text = text_of(found)
        if text not in allowed:
            raise RecordError(f"{name} is {_shown(text)}, which the schema does not know", found.offset)
        return text

    def words(self, name: str, *lists: tuple[str, ...]) -> tuple[str, ...] | None:
        """The words of the next child, all of them out of one list, if it is of this name."""
        found = self.take(name)
        if found is None:
            return None
        words = tuple(split(text_of(found)))
        if not any(all(word in allowed for word in words) for allowed in lists):
            raise RecordError(f"{name} is {_shown(text_of(found))}, which the schema does not know", found.offset)
        return words

    def form(self, name: str, fits: Callable[[str], bool]) -> str | None:
        """The text of the next child, of a given form, if it is of this name."""
        found = self.take(name)
        if found is None:
            return None
        text = text_of(found)
        if not fits(text):
            raise RecordError(f"{name} is {_shown(text)}, which is not of the schema's form", found.offset)
        return text

    def finish(self) -> None:
        """Refuse a child that is left."""
        if self._left:
            node = self._left[-1]
            raise RecordError(f"{node.name} stands where the schema has no place for it", node.offset)


def is_nil(node: Node) -> bool:
    """Whether an element that may be nil by its schema says that it is; then it has to be empty. Raises RecordError."""
    nil, node.nil = bool(node.nil), None
    if nil and (node.children or node.text):
        raise RecordError(f"{node.name} says that it is nil, and is not empty", node.offset)
    return nil


def split(text: str) -> list[str]:
    """The words between blanks."""
    return [word for word in re.split(f"[{BLANK}]+", text) if word]


def text_of(node: Node) -> str:
    """The text of an element without elements inside."""
    _check_not_nil(node)
    if node.children:
        raise RecordError(f"{node.name} has elements where text is asked for", node.children[0].offset)
    return node.text


def number_of(node: Node, low: int, high: int | None) -> int:
    """The number that an element holds, between two limits."""
    text = text_of(node).strip(BLANK)
    if len(text) > LONGEST_NUMBER:
        raise RecordError(f"{node.name} has more than {LONGEST_NUMBER} digits, which are not read", node.offset)
    if re.fullmatch(r"[+-]?[0-9]+", text) is None:
        raise RecordError(f"{node.name} is {_shown(text)}, which is no number", node.offset)
    value = int(text)
    if value < low or (high is not None and value > high):
        raise RecordError(f"{node.name} is {text[:60]}, which the schema does not allow", node.offset)
    return value


def _check_not_nil(node: Node) -> None:
    if node.nil is not None:
        raise RecordError(f"{node.name} has the attribute xsi:nil, which the schema does not allow there", node.offset)


def _shown(text: str) -> str:
    return ascii(text[:60])
