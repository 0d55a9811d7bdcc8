"""Biometric scanners behind a Secure Biometric Interface (SBI 0.9.5) device service.

`wire` is the messages, `client` the HTTP verbs, `trust` what must hold before a capture is believed,
`iso19794` the image records inside, `scanner` the house's scanners on top, `source` the hotplug.
"""
