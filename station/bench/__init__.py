"""The bench: emulated devices at the wire, and robot people, for demos and tests.

It is asked for (`--bench`), never a fallback, and nothing of the station imports it.
"""
