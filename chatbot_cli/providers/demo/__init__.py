"""The offline model. It needs no key, and answers only from the messages of its request.

Imports chat, the ground and, of providers, tokens. Begin with model.py.
"""
