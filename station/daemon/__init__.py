"""The process without a screen: paper, lights, power, packages sealed and on their way.

It shares nothing with the screens but the journal: it watches what they commit and does what is
owed. Killed at any instant and started again, it goes on with what is owed still.
"""
