"""Drivers of bar code and QR code readers."""
