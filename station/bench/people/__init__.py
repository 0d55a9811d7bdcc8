"""Generated people: faces, prints, irises, signatures and papers of nobody, from a seed.

They stand in front of the emulated devices, in tests and on the robots' day. Everything is drawn by
this package; no picture of a real person is used anywhere.
"""
