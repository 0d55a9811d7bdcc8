"""Every code that a row or a sheet can get, and what the reader is told to do.

Codes are stable: scripts and the office's habits hang on them. No message repeats a NIK, a No KK or
a name; the row and the column say where to look.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

_LONG_NUMBER: Final = re.compile(r"\d{6,}(\d{4})")
MESSAGES: Final = MappingProxyType(
    {
        # Rows that cannot be imported.
        "name-missing": "There is no name in this row. Fill in the name, then import the list again.",
        "name-too-long": "More than 200 characters are no name; text may have come into this cell that belongs into"
        " others. Correct the name, then import the list again.",
        "birth-date-missing": "There is no birth date, so nobody can say whether the student is due. Fill it in as"
        " YYYY-MM-DD, then import the list again.",
        "birth-date-unreadable": "This cannot be read as a date. Write it as YYYY-MM-DD, then import the list again.",
        "birth-date-impossible": "The birth date lies in the future or more than 100 years back. Correct it, then"
        " import the list again.",
        "birth-date-part-missing": "The birth date stands in three columns, and this part of it is missing. Fill in"
        " day, month and year, then import the list again.",
        "birth-date-part-impossible": "The birth date stands in three columns, and this part of it is none: a day is 1"
        " to 31, a month 1 to 12 or its name, a year has four digits. Correct it, then import the list again.",
        "birth-date-no-such-day": "Day, month and year stand in three columns, and together they are no day of the"
        " calendar (30 February, perhaps). Correct them, then import the list again.",
        "birth-date-parts-differ": "A whole date stands in this column, and the columns of month and year beside it say"
        " another. Correct them, then import the list again.",
        "duplicate-in-file": "The same student already stands on sheet {sheet}, row {row}; only that row was taken."
        " Delete one of the two.",
        "row-wider-than-header": "This row has more cells than the header, so its values may stand in wrong columns."
        " Put quotation marks around the cell that holds the separator, then import the list again.",
        "formula-without-result": "This cell holds a formula, and the file does not say what it gives. Open the file in"
        " Excel or LibreOffice, look whether the cell is filled, save it and import that.",
        # The NIK.
        "nik-missing": "There is no NIK. The student is imported without one; the operator takes it from the KK.",
        "nik-missing-here": "There is no NIK in this row. The student has one from an earlier list, and it is kept.",
        "nik-length": "This has {digits} digits, and a NIK has 16. It was not taken; the operator takes it from the"
        " KK.",
        "nik-not-numeric": "This is no NIK (a residence permit number, perhaps). It was not taken; the operator takes"
        " the NIK from the KK.",
        "nik-spreadsheet-damaged": "This NIK went through a spreadsheet as a number, which keeps 15 digits: its last"
        " digit is lost. It was not taken. Format the column as text and type it from the KK.",
        "nik-perhaps-damaged": "This NIK ends in 0, and so do more of this list than should, or other numbers of it"
        " were cut to 15 digits by a spreadsheet. It was kept; compare its last digit with the KK.",
        "nik-equals-kk": "NIK and No KK are the same number, so one of them is in the wrong column. Neither was taken;"
        " look at the KK.",
        "nik-twice-in-file": "This NIK also stands on sheet {sheet}, row {row}, with another name. It was taken for"
        " neither; look at both KK.",
        "nik-held-by-another": "Another student of this school already has this NIK, with another name and birth date."
        " Look at both KK.",
        "nik-in-other-school": "A student of another school already has this NIK. If it is the same person who moved,"
        " record only one of the two.",
        "nik-apostrophe": "An apostrophe before the NIK was left out. Check the number.",
        "nik-separators": "Spaces, dots or dashes inside the NIK were left out. Check the number.",
        "nik-birth-mismatch": "NIK and birth date say different days. The NIK stays as it is; verify the birth date"
        " with the birth certificate.",
        "nik-sex-mismatch": "NIK and sex differ. The NIK stays as it is; verify the sex with the birth certificate.",
        "nik-implausible": "The birth date inside the NIK is no day of any year. The NIK stays as it is; verify it with"
        " the KK.",
        "nik-region-unknown": "The NIK begins with no known province. It stays as it is; verify it with the KK.",
        "nik-column-ambiguous": "Several columns are headed as the student's NIK; the first was read. Name the others"
        " after the parent they belong to.",
        "nik-columns-of-parents": "Each column headed NIK stands beside a parent's name, so none was taken for the"
        " student's. Head the student's NIK Siswa, then import the list again.",
        "nik-column-own": "The only column headed NIK stands after a parent's. Of its {compared} NIKs {agreeing} say"
        " the birth date of their own row, so it was taken for the students'. Head it NIK Siswa, if so.",
        "nik-column-of-parent": "The only column headed NIK stands after a parent's, and of its {compared} NIKs only"
        " {agreeing} say the birth date of their own row, so it was taken for the parent's. This one was not taken; the"
        " operator takes the student's from the KK. If these are the students', head the column NIK Siswa and import"
        " the list again.",
        # The No KK.
        "kk-length": "This has {digits} digits, and a No KK has 16. It was not taken; the operator takes it from the"
        " KK.",
        "kk-not-numeric": "This is no No KK. It was not taken; the operator takes it from the KK.",
        "kk-spreadsheet-damaged": "This No KK went through a spreadsheet as a number: its last digit is lost. It was"
        " not taken; the operator takes it from the KK.",
        "kk-apostrophe": "An apostrophe before the No KK was left out. Check the number.",
        "kk-separators": "Spaces, dots or dashes inside the No KK were left out. Check the number.",
        # The NISN.
        "nisn-length": "A NISN has 10 digits. This was not taken; nothing depends on it.",
        "nisn-leading-zeros": "A spreadsheet took zeros off the front of this NISN; they were put back to make"
        " 10 digits. Check the number.",
        "nisn-not-apart": "This should hold NIS and NISN, and no single number in it has the 10 digits of a NISN. None"
        " was taken; nothing depends on it.",
        "nisn-apostrophe": "An apostrophe before the NISN was left out. Check the number.",
        "nisn-twice-in-file": "This NISN also stands on sheet {sheet}, row {row}, with another name. It was taken for"
        " neither; look it up.",
        # Name, sex, birth, class.
        "name-tidied": "Spaces around or inside the name were reduced to one each, and characters that nobody sees left"
        " out. Check the name.",
        "name-one-word": "The name has one word. It is kept; compare it with the birth certificate.",
        "name-characters": "The name has characters other than letters. It is kept; compare it with the birth"
        " certificate.",
        "name-long": "The name is longer than 60 characters. It is kept; compare it with the birth certificate.",
        "name-column-ambiguous": "Several columns are headed as the student's name; the first was read. Name the"
        " others after the person they belong to.",
        "namesake": "Another student of this class has the same name and birth date. Both were taken; check that they"
        " are two people.",
        "same-name-other-class": "A student with this name and birth date is already known in another class, and"
        " neither NIK nor NISN tells them apart. Both are kept; check that they are two people.",
        "perhaps-known": "A student of this class who stands in no row of this list is known with almost the same name"
        " and birth date. This one was taken as another; check whether they are the same person.",
        "sex-missing": "The sex is not stated. The operator takes it from the birth certificate.",
        "sex-column-missing": "The list does not state the sex. The operator takes it from the birth certificate; add a"
        " column L/P to save that work.",
        "sex-unreadable": "This is not read as a sex. Write L or P; the operator takes it from the birth certificate.",
        "birth-date-two-digit-year": "The year has two digits; the latest year that fits was taken. Check the date.",
        "birth-date-month-first": "This can only be read with the month first, and was. Check the date.",
        "birth-date-ambiguous": "Other dates of this column have the month first; this one was read with the day"
        " first. Check the date.",
        "birth-date-with-place": "More than a date stands here; what comes before it was taken for the birth place."
        " Check both.",
        "birth-date-column-ambiguous": "Several columns are headed as the birth date; the first was read.",
        "birth-date-implausible": "The student would be {age} years old, which is unusual at this school. Check the"
        " year.",
        "class-missing": "The list does not say which class the students are in; they can be found by NIK and"
        " invitation only. Add a column Kelas.",
        "class-missing-here": "This row names no class, as others do; the student can be found by NIK and invitation"
        " only. Write the class in every row, then import the list again.",
        "class-spellings": "This class is written in several ways ({spellings}), and each way is a class of its own on"
        " the touchscreen. Write it in one way, then import the list again.",
        "class-composed": "The class is written in several columns; it was put together from them, such as XI and IPA 1"
        " to XI IPA 1. Check a few.",
        "class-is-number": "This class is a number to the spreadsheet, which shows 10.10 as 10.1. It was taken as it"
        " is; format the column as text, write the class again and import the list again.",
        "class-became-date": "A spreadsheet turned this class into a date. It was not taken; format the column as text,"
        " write the class again and import the list again.",
        "rt-rw-unreadable": "This cannot be read as RT and RW; a spreadsheet may have turned it into a date. It was"
        " not taken. Write it as text such as 002/003.",
        "quote-unclosed": "The quotation marks in this row do not pair up, so they were read as letters. Take them out"
        " or pair them, and check the row's values.",
        "text-too-long": "More than 200 characters stand here, which is too much for what this column holds. They were"
        " not taken; look at the cell.",
        # The list as a whole.
        "school-missing": "The list does not name its school. Its students are kept apart from those of every named"
        " school; say the name with --school.",
        "school-differs": "The list names another school than --school says; what --school says was taken.",
        "school-spelling": "The list writes the school as {written}; it was taken for {school}. If they are two"
        " schools, write the NPSN of this one above the list (NPSN: 12345678).",
        "school-place-assumed": "Either the list or an earlier one does not say the school's kecamatan; the list was"
        " taken for {school}, the only school of that name. If it is another one, import it with --school"
        " 'NAME, Kec. X'.",
        "school-elsewhere": "Another school of the same name is known: {others}. This one, {school}, is kept apart. If"
        " they are the same, correct the kecamatan above the list or say the school with --school.",
        "school-perhaps-known": "A school with almost the same name is known: {others}. This one, {school}, is kept"
        " apart. If they are the same, correct the name or say it with --school.",
        "school-ambiguous": "{count} schools of this name are known ({which}), and nothing says which is meant. Say it"
        " with --school '{example}', then import the list again.",
        "school-column-of-origin": "This column names schools of the years before (SMP, MTs), so it was taken for where"
        " the students came from, and {school} for their school. Head the column Asal Sekolah.",
        "school-of-other-sheet": "Nothing here says the school; it was taken for {school}, the only one that this file"
        " names. Write the school above the list if it is another.",
        "encoding-mixed": "Of this file's lines with letters such as é, {count} are in another encoding (Windows-1252)"
        " than the others (UTF-8); each was read in its own. The first is this one; check the names in them.",
        "sheet-hidden": "This hidden sheet holds a list, which was not read. Unhide the sheet if it should be.",
        "sheet-without-header": "This sheet has no header with Nama and Tanggal Lahir, so none of its {rows} rows was"
        " read. If there are students in it, write that header above them and import the list again.",
        "sheet-in-one-column": "All columns of this list stand in a single one, so none of it was read. Divide that"
        " column (Data, Text to Columns), then import the list again.",
        "sheet-without-birth-dates": "This table holds names without a column of birth dates (Tanggal Lahir); none of"
        " its {rows} rows was read. Add the column if these are students who are to be recorded.",
        "table-below": "Another table with columns of its own begins here; it was read too. Check a few of its"
        " students.",
        "table-beside": "Another table stands beside the first; it was read too. Check a few of its students.",
        # Rows that are no students.
        "row-not-a-student": "This row is a total, a signature or a note, and was left out.",
        "row-header-again": "This row repeats the header, and was left out.",
    }
)


def message(code: str, /, **details: object) -> str:
    """The text of a code, with its details filled in.

    Details such as a class come out of cells, and a cell may hold what it should not: of a number as long as a NIK
    only the last digits are repeated.
    """
    text = MESSAGES[code]
    if not details:
        return text
    return text.format(**{name: _LONG_NUMBER.sub(r"…\1", str(value)) for name, value in details.items()})
