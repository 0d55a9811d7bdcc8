"""Is it good enough, and in which format: face, fingers, irises, signature.

Pure functions from pixels to measures; no device, no journal, no screen. `samples` declares what
goes in and comes out; each modality has a module of its own.
"""
