"""The personas: found by name or path, read from YAML that is not trusted, checked key by key.

Imports chat and the ground. Begin with shelf.py.
"""
