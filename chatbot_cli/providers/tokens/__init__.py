"""Counts tokens: exactly with a vocabulary, by estimate until it is loaded.

Imports chat, the ground and nothing else of providers; the library tiktoken. Begin with counting.py.
"""
