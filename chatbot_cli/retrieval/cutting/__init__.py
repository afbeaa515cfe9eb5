"""Cuts documents into the pieces that are searched and sent (pure).

Imports text and the values of readers and retrieval. Begin with cut.py.
"""
