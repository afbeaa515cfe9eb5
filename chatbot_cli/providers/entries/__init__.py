"""The providers as data: one TOML file, the user's own entries beside it, and what they mean.

It imports nothing of its room. Begin with `providers.toml`, then provider.py.
"""
