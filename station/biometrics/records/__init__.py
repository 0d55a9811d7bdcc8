"""Biometric records as other systems exchange them: ISO/IEC 19794, CBEFF and ANSI/NIST-ITL.

`cursor` reads and writes bytes and knows at which one it stands; `layout` turns a table of fields, as
the standards print them, into reading, writing and telling; `blocks` are the parts that 19794-4, -5
and -6:2011 share. One module is one format: `finger`, `finger2005`, `face`, `iris`, `signature`,
`cbeff`, `an2`. `show` recognises any of them by its content and tells what is in it.

Whatever a reader takes, its writer gives back byte for byte; whatever it does not take, it refuses
with the offset and the reason (`RecordError`). A value that a standard does not define is kept and
told as such: it is the sender's word, and losing it helps nobody.
"""
