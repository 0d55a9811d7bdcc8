"""The sealed package: build, seal, verify, open, deliver, receipts, purge.

A package is a BagIt bag in a tar, encrypted with age to the office and signed by the station in
SSHSIG form, so that tools everybody has can open it in thirty years, and nobody but the office.

The natural way: ``record`` (what is in it) -> ``bag`` (as a tar, in memory) -> ``sealing`` (encrypted,
signed, durable) -> ``delivery`` (into the ``store``) -> ``receipts`` (the office's answer; then purge).
``gather``, ``sealer`` and ``courier`` walk it by the journal; ``verify`` is the way back. The formats
stand each in one module: ``sshsig``, ``signers``, ``age``, ``bag``, ``lines``.
"""
