"""Ages: who may be recorded and whose card may be printed.

Recorded from 16, printed from 17: policy of Ditjen Dukcapil; the duty to hold a card begins at 17
(UU 24/2013 art. 63). A person born on 29 February completes a year, in years without that day, on
1 March: no Indonesian rule names the day, and a card one day late does no harm where one day early
would be unlawful.
"""

from __future__ import annotations

from datetime import date
from typing import Final

RECORDED_FROM: Final = 16
PRINTED_FROM: Final = 17


def birthday(birth_date: date, age: int) -> date:
    """The day on which `age` years are complete."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 3, 1)


def age_on(birth_date: date, on: date) -> int:
    """Complete years on the day `on`; negative before birth."""
    age = on.year - birth_date.year
    return age if birthday(birth_date, age) <= on else age - 1


def back(on: date, years: int) -> date:
    """The day so many years before; 28 February stands for a 29th that the year does not have."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return date(on.year - years, 2, 28)


def may_be_recorded(birth_date: date, on: date) -> bool:
    """16 or older on that day."""
    return birthday(birth_date, RECORDED_FROM) <= on


def may_be_printed(birth_date: date, on: date) -> bool:
    """17 or older on that day."""
    return birthday(birth_date, PRINTED_FROM) <= on
