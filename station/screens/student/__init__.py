"""The student's touchscreen: check-in, the board of numbers, and the student's side of the recording.

`reading` makes one frozen `View` of the journal whenever it changes; `flow` holds what one student does at the screen
before there is a ticket; `router` says which screen that makes; `desk` holds the commands. `follow` and `codes` work
beside the screen thread. Only `app`, `frame` and the screens know Kivy.
"""
