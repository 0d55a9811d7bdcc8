"""What is written on the papers of those who come: the same as in the school's list, and parents who are invented."""

from __future__ import annotations

import msgspec

from station.bench.day.cast import cast, school_list
from station.bench.day.folder import Setting
from station.bench.people.documents import Bearer
from station.bench.people.person import invent_bearer, seed_of


def bearers(setting: Setting) -> dict[str, Bearer]:
    """The bearers of a day's papers, by person."""
    students = school_list(setting.seed, setting.students, setting.on)
    listed = {(student.name, student.nik, student.class_name): student for student in students}
    written = {}
    for actor in cast(students, setting.seed, setting.students, setting.on):
        student = listed[actor.name, actor.nik, actor.class_name]
        written[actor.person] = msgspec.structs.replace(
            invent_bearer(seed_of(actor.person)),
            name=student.name,
            nik=student.nik,
            no_kk=student.no_kk,
            sex=student.sex,
            birth_place=student.birth_place,
            birth_date=student.birth_date,
            akta=student.akta,
            religion=student.religion,
            address=f"{student.street} RT {student.rt} RW {student.rw}",
            village=student.village,
            district=student.district,
        )
    return written
