"""Drivers of cameras; `live` is what they have in common."""
