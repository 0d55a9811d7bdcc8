"""A whole school day with robot people, in real processes, on emulated devices.

`cast` says who comes and what happens to each; `folder` prepares the day's data folder with the
station's own commands; `crowd` and `console` are the robots at the touchscreen and at the operator's
console: they see only what is on the screen; `album` keeps one picture of every screen in each language;
`report` and `page` say how it went; `play` runs it all, and goes on where a day was cut off.
"""
