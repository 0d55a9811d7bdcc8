"""The operator's console: everything at a glance, nothing three taps away, keyboard and touch.

`reading` makes one frozen `View` of the journal whenever it changes; `desk` and `door` hold what the console can do;
the screens show the view and ask for a command; `app` ties them together. Only `app`, `frame` and the screens know
Kivy.
"""
