"""School lists of people who do not exist, in the exact shape in which Dapodik writes them.

Names, numbers and addresses are drawn from a seed; the regions are those of Kabupaten Balangan
(63.11, Kepmendagri 300.2.2-2430/2025). Every list holds the people that go wrong elsewhere: one
without a NIK, one with a name of 60 characters, one with a one-word name, one with an apostrophe.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec

from station.bench import workbooks
from station.roster.tables import column_letter

DISTRICTS: Final = (
    ("631101", "Juai"),
    ("631102", "Halong"),
    ("631103", "Awayan"),
    ("631104", "Batu Mandi"),
    ("631105", "Lampihong"),
    ("631106", "Paringin"),
    ("631107", "Paringin Selatan"),
    ("631108", "Tebing Tinggi"),
)
LONGEST_NAME: Final = "Muhammad Abdurrahman Al Ghazali Putra Pratama Wiranegara Adi"
"""60 characters, the most that Permendagri 73/2022 allows."""


def _words(text: str, between: str) -> tuple[str, ...]:
    return tuple(text.split(between))


_MEN: Final = _words(
    "Ahmad Muhammad Rizki Fajar Bayu Dimas Eko Hendra Ilham Joko Kurniawan Lukman Maulana Nanda Rahmat Saputra Taufik"
    " Wahyu Yusuf Zainal Akbar Bagas Candra Darmawan Fikri Gilang Hafiz Irfan",
    " ",
)
_WOMEN: Final = _words(
    "Siti Nur Dewi Fitri Aisyah Putri Rahma Wulan Intan Lestari Mega Nabila Olivia Permata Ratna Salsabila Tiara"
    " Umi Vina Widya Yulia Zahra Annisa Bunga Citra Dian Elsa Hana",
    " ",
)
_LAST: Final = _words(
    "Hidayat Pratama Ramadhan Santoso Setiawan Wijaya Nugroho Firmansyah Gunawan Hakim Iskandar Kusuma Mahendra"
    " Noor Purnama Rahman Siregar Syahputra Utama Anwar Basri Effendi Fauzi Ghani Husaini Jamaluddin",
    " ",
)
_PLACES: Final = ("Paringin", "Balangan", "Amuntai", "Barabai", "Tanjung", "Banjarmasin", "Halong", "Awayan")
_RELIGIONS: Final = ("Islam",) * 9 + ("Hindu", "Kristen", "Katholik")
_JOBS: Final = ("Petani", "Wiraswasta", "Karyawan Swasta", "PNS/TNI/Polri", "Pedagang Kecil", "Buruh")
_SCHOOLING: Final = ("SD / sederajat", "SMP / sederajat", "SMA / sederajat", "S1")
_INCOMES: Final = ("Rp. 500,000 - Rp. 999,999", "Rp. 1,000,000 - Rp. 1,999,999", "Rp. 2,000,000 - Rp. 4,999,999")
_GROUPS: Final = ("IPA 1", "IPA 2", "IPS 1", "IPS 2")
_PARENT: Final = ("Nama", "Tahun Lahir", "Jenjang Pendidikan", "Pekerjaan", "Penghasilan", "NIK")

BEFORE_PARENTS: Final = _words(
    "No|Nama|NIPD|JK|NISN|Tempat Lahir|Tanggal Lahir|NIK|Agama|Alamat|RT|RW|Dusun|Kelurahan|Kecamatan|Kode Pos"
    "|Jenis Tinggal|Alat Transportasi|Telepon|HP|E-Mail|SKHUN|Penerima KPS|No. KPS",
    "|",
)
AFTER_PARENTS: Final = _words(
    "Rombel Saat Ini|No Peserta Ujian Nasional|No Seri Ijazah|Penerima KIP|Nomor KIP|Nama di KIP|Nomor KKS"
    "|No Registrasi Akta Lahir|Bank|Nomor Rekening Bank|Rekening Atas Nama|Layak PIP (usulan dari sekolah)"
    "|Alasan Layak PIP|Kebutuhan Khusus|Sekolah Asal|Anak ke-berapa|Lintang|Bujur|No KK|Berat Badan|Tinggi Badan"
    "|Lingkar Kepala|Jml. Saudara\nKandung|Jarak Rumah\nke Sekolah (KM)",
    "|",
)
COLUMNS: Final = len(BEFORE_PARENTS) + 18 + len(AFTER_PARENTS)
"""66, A to BN."""


class SyntheticStudent(msgspec.Struct, frozen=True):
    """One invented student, with what Dapodik writes of the student's own columns."""

    name: str
    sex: str
    nisn: str
    nipd: str
    birth_place: str
    birth_date: date
    nik: str
    no_kk: str
    religion: str
    street: str
    rt: str
    rw: str
    hamlet: str
    village: str
    district: str
    class_name: str
    akta: str
    special_needs: str = "Tidak ada"


def generate_students(seed: int, n: int, on: date) -> list[SyntheticStudent]:
    """`n` students of classes X to XII, aged 15 to 18 on the day `on`; the same for the same seed.

    Of every list, number 2 has no NIK, number 3 the longest name, number 4 one word, number 5 an
    apostrophe, and number 6 needs a wheelchair, as far as `n` reaches.
    """
    rng = random.Random(seed)
    return [_student(rng, index, on) for index in range(n)]


def _student(rng: random.Random, index: int, on: date) -> SyntheticStudent:
    sex = rng.choice("LP")
    given = _MEN if sex == "L" else _WOMEN
    level = rng.randrange(3)
    born = on - timedelta(days=365 * (15 + level) + 4 + rng.randrange(365))
    region, district = rng.choice(DISTRICTS)
    name = " ".join([*rng.sample(given, 2), rng.choice(_LAST)])
    day = f"{born.day + (40 if sex == 'P' else 0):02}"
    nik = f"{region}{day}{born:%m%y}{1 + index % 9999:04}"
    if index == 1:
        nik = ""
    elif index == 2:
        name = LONGEST_NAME
    elif index == 3:
        name = given[0]
    elif index == 4:
        name = f"Nur'aini {name}" if sex == "P" else f"Ma'ruf {name}"
    return SyntheticStudent(
        name=name,
        sex=sex,
        nisn=f"{born.year % 1000:03}{index % 10_000_000:07}",
        nipd=str(10_000 + index),
        birth_place=rng.choice(_PLACES),
        birth_date=born,
        nik=nik,
        no_kk=f"{region}{rng.randint(1, 28):02}{rng.randint(1, 12):02}{rng.randint(12, 20)}{1 + index % 9999:04}",
        religion=rng.choice(_RELIGIONS),
        street=f"Jl. A. Yani Km. {rng.randint(1, 60)}",
        rt=str(rng.randint(1, 12)),
        rw=str(rng.randint(1, 4)),
        hamlet="",
        village=rng.choice(_PLACES),
        district=f"Kec. {district}",
        class_name=f"{('X', 'XI', 'XII')[level]} {rng.choice(_GROUPS)}",
        akta=f"6311-LU-{rng.randint(1, 28):02}{rng.randint(1, 12):02}{born.year}-{index % 10_000:04}",
        special_needs="D - Tuna daksa ringan" if index == 5 else "Tidak ada",
    )


def dapodik_row(number: int, student: SyntheticStudent) -> list[workbooks.Cell]:
    """The 66 cells of one student as Dapodik writes them: all text but the running number and the measures."""
    # Parents are drawn from the student's own number, so that their columns are as full as in life.
    rng = random.Random(number)
    parents: list[workbooks.Cell] = []
    for first in (_MEN, _WOMEN):
        region, _ = rng.choice(DISTRICTS)
        parents += [
            f"{rng.choice(first)} {rng.choice(_LAST)}",
            str(rng.randint(1965, 1988)),
            rng.choice(_SCHOOLING),
            rng.choice(_JOBS),
            rng.choice(_INCOMES),
            f"{region}{rng.randint(1, 28):02}{rng.randint(1, 12):02}{rng.randint(65, 88):02}{1 + number % 9999:04}",
        ]
    s = student
    return [
        number, s.name, s.nipd, s.sex, s.nisn, s.birth_place, s.birth_date.isoformat(), s.nik, s.religion, s.street,
        s.rt, s.rw, s.hamlet, s.village, s.district, "71614", "Bersama orang tua", "Sepeda motor", "",
        f"08{rng.randrange(10**10):010}", "", "", "Tidak", "", *parents, *[None] * 6,
        s.class_name, "", "", "Tidak", "", "", "", s.akta, "", "", "", "Tidak", "", s.special_needs,
        "SMPN 1 Paringin", rng.randint(1, 5), f"-2.3{rng.randrange(10**5):05}", f"115.4{rng.randrange(10**5):05}",
        s.no_kk, rng.randint(40, 80), rng.randint(145, 180), rng.randint(50, 58), rng.randint(0, 5), rng.randint(1, 20),
    ]  # fmt: skip


def dapodik_sheet(students: Sequence[SyntheticStudent], school: str, district: str, on: date) -> workbooks.Sheet:
    """The sheet "Daftar Peserta Didik": four lines of title, the two-row merged header, data from row 7."""
    place = f"Kecamatan Kec. {district}, Kabupaten Kab. Balangan, Provinsi Prov. Kalimantan Selatan"
    groups: list[workbooks.Cell] = []
    for group in ("Data Ayah", "Data Ibu", "Data Wali"):
        groups += [group, *[None] * 5]
    rows: list[Sequence[workbooks.Cell]] = [
        ["Daftar Peserta Didik"],
        [school],
        [place],
        [f"Tanggal Unduh: {on.isoformat()} 08:15:42", None, "Pengunduh: operator (operator@sekolah.example)"],
        [*BEFORE_PARENTS, *groups, *AFTER_PARENTS],
        [*[None] * len(BEFORE_PARENTS), *_PARENT * 3, *[None] * len(AFTER_PARENTS)],
    ]
    rows += [dapodik_row(number, student) for number, student in enumerate(students, start=1)]
    first_parent, after = len(BEFORE_PARENTS), len(BEFORE_PARENTS) + 18
    single = [*range(first_parent), *range(after, COLUMNS)]
    merged = [f"{letter}5:{letter}6" for letter in map(column_letter, single)]
    for start in range(first_parent, after, 6):
        merged.append(f"{column_letter(start)}5:{column_letter(start + 5)}5")
    return workbooks.Sheet("Daftar Peserta Didik", rows, merged)


def write_dapodik(
    path: Path,
    students: Sequence[SyntheticStudent],
    school: str = "SMAN 1 PARINGIN",
    district: str = "Paringin",
    on: date = date(2025, 7, 14),
) -> None:
    """Write the students at `path` as Dapodik's "Daftar PD" download of the day `on`."""
    workbooks.write(path, [dapodik_sheet(students, school, district, on)])
