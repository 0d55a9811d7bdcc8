"""Drivers of signature pads."""
