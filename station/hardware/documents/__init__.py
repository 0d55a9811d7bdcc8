"""Drivers of document scanners."""
