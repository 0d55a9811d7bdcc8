"""Pesantren, as their lists name them: above the header, between the rows, in a column, on the sheet."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.roster.students import SchoolList
from tests.roster.conftest import BUDI, HEADER, SITI, codes

Judge = Callable[..., SchoolList]


@pytest.mark.parametrize(
    ("lines", "school"),
    [
        (["PP. Al-Falah"], "PP. Al-Falah"),
        (["DATA SANTRI PP. AL-FALAH PUTRA TAHUN 2025"], "PP. AL-FALAH PUTRA"),
        (["Daftar santri PP Darul Huda, Kec. Juai"], "PP Darul Huda"),
        (["P.P. Al-Falah"], "P.P. Al-Falah"),
        (["Ponpes Al-Falah Kelas XI"], "Ponpes Al-Falah"),
        (["PON-PES AL-FALAH"], "PON-PES AL-FALAH"),
        (["Pontren Al-Falah"], "Pontren Al-Falah"),
        (["Yayasan Pondok Pesantren Al-Falah"], "Pondok Pesantren Al-Falah"),
        (["Nama Ponpes : Al-Falah"], "Ponpes Al-Falah"),
        (["Pondok Pesantren : PP. Al-Falah"], "PP. Al-Falah"),
        (["YAYASAN PP. AL-FALAH", "MADRASAH ALIYAH AL-FALAH"], "MADRASAH ALIYAH AL-FALAH"),
        (["PONDOK PESANTREN AL-FALAH", "SMK AL-FALAH"], "SMK AL-FALAH"),
        (["Sesuai PP Nomor 40 Tahun 2019"], ""),
        (["Lampiran PP. No. 37"], ""),
    ],
)
def test_above_the_list(judge: Judge, lines: list[str], school: str) -> None:
    (found,) = judge([*([line] for line in lines), HEADER, SITI]).schools
    assert found.name == school


def test_between_the_rows_and_under_the_list(judge: Judge) -> None:
    found = judge(
        [HEADER, ["PP. Al-Falah"], SITI, ["Ponpes Darul Huda"], BUDI, ["Pengasuh PP. Darul Huda"], ["KH. Abdul Hadi"]]
    )
    assert [found.schools[e.school].name for e in found.entries] == ["PP. Al-Falah", "Ponpes Darul Huda"]
    assert (found.rejected, codes(found.skipped)) == ((), ["row-not-a-student", "row-not-a-student"])


@pytest.mark.parametrize("label", ["Nama Pondok Pesantren", "Nama Ponpes", "Nama Madrasah"])
def test_in_a_column_and_in_two_spellings(judge: Judge, label: str) -> None:
    found = judge([[*HEADER, label], [*SITI, "PP. Al-Falah"], [*BUDI, "Ponpes Al-Falah"]])
    assert [found.schools[e.school].name for e in found.entries] == ["PP. Al-Falah", "Ponpes Al-Falah"]


def test_on_the_sheet(judge: Judge) -> None:
    assert judge([HEADER, SITI], name="PP. Al-Falah").schools[0].name == "PP. Al-Falah"
