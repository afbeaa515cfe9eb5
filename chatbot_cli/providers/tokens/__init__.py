"""Counts tokens: exactly with a vocabulary, by estimate until it is loaded.

Imports chat, the ground and, of providers, nothing else; the library tiktoken. Begin with counting.py.
"""
