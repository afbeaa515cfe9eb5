"""The offline model: it needs no key, and answers only from the messages of its request.

Imports chat, the ground and, of providers, tokens. Begin with model.py.
"""
