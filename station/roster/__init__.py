"""Who is due: school lists, identity numbers, eligibility.

The way of a list: `reading` (a bounded child process) opens the file through `tables`; `headers`
and `titles` say what each column and the lines above mean; `rows` judges each row; `lists` puts the
sheets together; `matching` compares with what is known; `importing` writes it into the `register`
in one transaction. `nik`, `dates`, `names` and `eligibility` are pure rules.
"""
