"""The other end of the line: take packages in from the store, check, file, answer with signed receipts.

``keys`` (who the office is, and whom it trusts) -> ``intake`` (one package after another, each ending
filed or refused, with a receipt).
"""
