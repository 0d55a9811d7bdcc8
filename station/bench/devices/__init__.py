"""Emulated devices that speak at the wire what real ones speak, so that the real drivers are met.

They are asked for, never fallen back to; what is captured with them is marked as bench.
"""
