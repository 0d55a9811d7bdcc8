"""The papers of a day's people say what the school's list says."""

from __future__ import annotations

from datetime import date

from station.bench.day.cast import cast, school_list
from station.bench.day.folder import Setting
from station.bench.day.papers import bearers


def test_everybody_who_comes_has_papers_that_agree_with_the_list() -> None:
    setting = Setting(seed=4, students=7, on=date(2026, 2, 3))
    students = school_list(setting.seed, setting.students, setting.on)
    actors = cast(students, setting.seed, setting.students, setting.on)
    papers = bearers(setting)
    assert set(papers) == {actor.person for actor in actors}
    listed = {(s.name, s.nik, s.no_kk, s.sex, s.birth_date, s.akta) for s in students}
    for actor in actors:
        bearer = papers[actor.person]
        assert bearer.name == actor.name
        assert (bearer.name, bearer.nik, bearer.no_kk, bearer.sex, bearer.birth_date, bearer.akta) in listed
