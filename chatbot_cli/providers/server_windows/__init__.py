"""Asks a server on the user's machine how many tokens the model holds that it has loaded: not all say so in a refusal.

Imports chat, discovery's way to ask, entries and route. Begin with asking.py; reading.py is pure.
"""
