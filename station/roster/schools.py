"""Which school is meant: what all spellings of one school have in common, and what tells namesakes apart.

Lists write one school in many ways (SMAN 1, SMA N 1, SMA Negeri 01), and two schools of one name stand in
two kecamatan. An NPSN decides; without one, the name as it is folded here, and the kecamatan and kabupaten as
far as both sides state them. What this leaves open is said, never decided in silence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import msgspec

NPSN_DIGITS: Final = 8
_ALIKE: Final = 0.85
"""Ratio of difflib from which two names may be one misspelt: Paringin and Paringgin."""

_LONG_FORMS: Final = (
    ("sekolah menengah atas", "sma"),
    ("sekolah menengah umum", "sma"),
    ("sekolah menengah kejuruan", "smk"),
    ("sekolah menengah pertama", "smp"),
    ("madrasah aliyah kejuruan", "mak"),
    ("madrasah aliyah", "ma"),
    ("madrasah tsanawiyah", "mts"),
    ("sekolah luar biasa", "slb"),
    ("pondok pesantren", "ponpes"),
    ("pontren", "ponpes"),
    ("pon pes", "ponpes"),
    ("pesantren", "ponpes"),
    ("pp", "ponpes"),
    ("pusat kegiatan belajar masyarakat", "pkbm"),
    ("sanggar kegiatan belajar", "skb"),
)
_OFFICE: Final = re.compile(r"^(?:uptd?(?: satuan pendidikan)?(?: formal)?) ")
_KIND: Final = re.compile(r"(sma|smk|smp|smu|mts|slb|mak|ma)(n|s)?")
_BEFORE: Final = re.compile(r"(?:smp[ns]?|mts[ns]?|sd[ns]?|mi[ns]?)(?![a-z])")
_STATE: Final = frozenset(("n", "negeri", "negri", "neg"))
_PRIVATE: Final = frozenset(("s", "swasta", "swt"))
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
_NUMBER_WORDS: Final = frozenset(("no", "nomor", "nmr"))

_PLACE_WORDS: Final = r"(?:kecamatan|kec|kabupaten|kab|kota|provinsi|propinsi|prov)"
_VALUE: Final = rf"((?:(?!\b(?:{_PLACE_WORDS}|kode pos|kelurahan|desa|tahun|telp|semester|kelas|npsn)\b)[^,;:()|/\d])+)"
_DISTRICT: Final = re.compile(rf"\b(?:kecamatan|kec)\b[\s.:=]*(?:kec\b[\s.]*)?((?:kota\b\s*)?){_VALUE}", re.IGNORECASE)
_REGENCY: Final = re.compile(
    rf"\b(?:(?:kabupaten|kab)\b\.?(?:\s*/\s*kota\b)?)[\s.:=]*(?:kab\b[\s.]*)?((?:kota\b\s*)?){_VALUE}", re.IGNORECASE
)
_CITY: Final = re.compile(rf"(?:^|,\s*|\bpemerintah\s+)(kota\s+){_VALUE}", re.IGNORECASE)
_PLACE_BEGINS: Final = re.compile(r"[\s,;(\-]*\b(?:kecamatan|kec\.|kec|kabupaten|kab\.|kab)(?!\w)", re.IGNORECASE)


class SchoolName(msgspec.Struct, frozen=True, omit_defaults=True, cache_hash=True):
    """A school as a list names it; empty where the list does not say."""

    name: str = ""
    npsn: str = ""
    district: str = ""
    """The kecamatan."""
    regency: str = ""
    """The kabupaten; of a city with the word Kota."""

    @property
    def is_named(self) -> bool:
        """Whether it is said which school this is."""
        return bool(self.name or self.npsn)

    @property
    def place(self) -> str:
        """Kecamatan and kabupaten as they are shown."""
        regency = self.regency if self.regency.casefold().startswith("kota ") else f"Kab. {self.regency}"
        return ", ".join([*([f"Kec. {self.district}"] if self.district else []), *([regency] if self.regency else [])])

    @property
    def full(self) -> str:
        """The name with what tells it from a namesake, in the form that `parse` reads."""
        return ", ".join(filter(None, (self.name or self.npsn or "the school without a name", self.place)))


class Choice(msgspec.Struct, frozen=True):
    """Which of the known schools a list means, by their positions."""

    taken: int | None
    """None: one that is not known yet, or that nobody can tell; then `rivals` are several."""
    assumed: bool = False
    """Only one side says where the school lies."""
    rivals: tuple[int, ...] = ()
    """Those between which nothing decides."""
    elsewhere: tuple[int, ...] = ()
    """Those of the same name that are shown to be others."""
    alike: tuple[int, ...] = ()
    """Those whose name may be the same one misspelt."""


def choose(named: SchoolName, known: Sequence[SchoolName]) -> Choice:
    """Which of `known` is the school that a list names."""
    if named.npsn:
        for position, other in enumerate(known):
            if other.npsn == named.npsn:
                return Choice(position)
    same = [n for n, other in enumerate(known) if key(other.name) == key(named.name)]
    open_to = [n for n in same if not (named.npsn and known[n].npsn) and _lies_with(named, known[n]) is not False]
    sure = [n for n in open_to if _lies_with(named, known[n])]
    if len(sure) > 1:
        sure = [n for n in sure if spelt(known[n].name) == spelt(named.name)] or sure
    found = sure or open_to
    if len(found) > 1:
        return Choice(None, rivals=tuple(found))
    if found:
        return Choice(found[0], assumed=not sure)
    alike = () if same else (n for n, other in enumerate(known) if _may_be_one(named.name, other.name))
    return Choice(None, elsewhere=tuple(same), alike=tuple(alike))


def settle(named: Sequence[SchoolName], known: Sequence[SchoolName]) -> tuple[list[Choice], list[SchoolName]]:
    """Which school each of a list's names means; and the known schools, completed, with the new ones behind them.

    The names that say most go first, so that the order of a list's rows decides nothing. A new school is taken at its
    own position; nothing is where rivals are.
    """
    homes = list(known)
    choices = {}
    for position in sorted(range(len(named)), key=lambda n: (not named[n].npsn, not named[n].district)):
        choice = choose(named[position], homes)
        if choice.taken is not None:
            homes[choice.taken] = complete(homes[choice.taken], named[position])
        elif not choice.rivals:
            choice = msgspec.structs.replace(choice, taken=len(homes))
            homes.append(named[position])
        choices[position] = choice
    return [choices[position] for position in range(len(named))], homes


def complete(one: SchoolName, other: SchoolName) -> SchoolName:
    """The first, with what only the second states."""
    return SchoolName(
        one.name or other.name, one.npsn or other.npsn, one.district or other.district, one.regency or other.regency
    )


def parse(text: str) -> SchoolName:
    """A school as a person types it: a name, perhaps with ", Kec. X, Kab. Y"; or an NPSN alone."""
    text = text.strip()
    if len(text) == NPSN_DIGITS and text.isascii() and text.isdigit():
        return SchoolName(npsn=text)
    begins = _PLACE_BEGINS.search(text, 1)
    if begins is None:
        return SchoolName(text)
    district, regency = place_in([text[begins.start() :]])
    return SchoolName(text[: begins.start()].strip(), "", district, regency)


def place_in(lines: Sequence[str]) -> tuple[str, str]:
    """Kecamatan and kabupaten that lines such as Dapodik's "Kecamatan Kec. Juai, Kabupaten Kab. Balangan" name."""
    district = regency = ""
    for line in lines:
        if not district and (found := _DISTRICT.search(line)):
            district = f"{found[1]}{found[2]}".strip(" .-")
        if not regency and (found := _REGENCY.search(line) or _CITY.search(line)):
            regency = f"{found[1]}{found[2]}".strip(" .-")
    return district, regency


def is_before(name: str) -> bool:
    """Whether a name is that of a school of the years before: an SMP, MTs, SD or MI."""
    return _BEFORE.match(spelt(name)) is not None


def labels(schools: Sequence[SchoolName]) -> list[str]:
    """What each is called in a list of them: the name, with the place where two have the same."""
    count = Counter(spelt(school.name) for school in schools)
    return [school.full if count[spelt(school.name)] > 1 else school.name or school.npsn for school in schools]


def spelt(name: str) -> str:
    """A name without case and punctuation: what differs in this is another spelling."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


@lru_cache(maxsize=256)
def key(name: str) -> str:
    """What all spellings of one school's name have in common.

    Kind and state or private first: SMAN, SMA N, SMA Negeri, SMU Negeri and a bare SMA before a number are a state
    school; SMAS, SMA Swasta and SMA before a word are the same. Then the number without zeros, then the words joined,
    because Batu Mandi and Batumandi are one place.
    """
    kind, rest = _parts(name)
    return " ".join([kind, *rest]).strip()


def _parts(name: str) -> tuple[str, list[str]]:
    plain = " ".join(re.findall(r"[^\W\d_]+|\d+", re.sub(r"['’‘`]", "", name.casefold())))
    plain = re.sub(r"^(?:[a-z] ){2,}", lambda letters: letters[0].replace(" ", "") + " ", plain + " ").strip()
    plain = _OFFICE.sub("", plain)
    for long, short in _LONG_FORMS:
        if plain.startswith(f"{long} "):
            plain = short + plain[len(long) :]
    tokens = plain.split()
    found = _KIND.fullmatch(tokens[0]) if tokens else None
    if found is None:
        return "", _joined(tokens)
    kind, status, rest = found[1].replace("smu", "sma"), found[2] or "", tokens[1:]
    if not status and rest and rest[0] in _STATE | _PRIVATE:
        status, rest = ("n" if rest[0] in _STATE else "s"), rest[1:]
    if len(rest) > 1 and rest[0] in _NUMBER_WORDS and rest[1].isdigit():
        rest = rest[1:]
    if rest and rest[0] in _ROMAN and status == "n":
        rest = [_ROMAN[rest[0]], *rest[1:]]
    if rest and rest[0].isdigit():
        status = status or "n"
    elif status == "s":
        status = ""
    return f"{kind}{status}", _joined(rest)


def _joined(tokens: Sequence[str]) -> list[str]:
    joined: list[str] = []
    for token in tokens:
        if token.isdigit():
            joined.append(token.lstrip("0") or "0")
        elif joined and not joined[-1].isdigit():
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def _may_be_one(one: str, other: str) -> bool:
    (kind, words), (other_kind, other_words) = _parts(one), _parts(other)
    if kind != other_kind or [w for w in words if w.isdigit()] != [w for w in other_words if w.isdigit()]:
        return False
    letters, other_letters = (" ".join(w for w in ws if not w.isdigit()) for ws in (words, other_words))
    from difflib import SequenceMatcher  # a few milliseconds that hardly any list has to pay

    return bool(letters) and SequenceMatcher(None, letters, other_letters).ratio() >= _ALIKE


def _lies_with(one: SchoolName, other: SchoolName) -> bool | None:
    """Whether both lie in one kecamatan, as far as is known; None where only one says its kecamatan."""
    districts = _folded(one.district), _folded(other.district)
    regencies = _folded(one.regency), _folded(other.regency)
    if any(all(pair) and pair[0] != pair[1] for pair in (districts, regencies)):
        return False
    return None if any(districts) and not all(districts) else True


def _folded(place: str) -> str:
    return "".join(re.findall(r"[^\W_]+", place.casefold()))
