"""Drivers of the status lights; `lamps` says which lamps show which message."""
