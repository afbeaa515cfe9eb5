"""The assembly: puts a chat together from all rooms, for a conversation or for one answer.

Imports every room below doctor and cli. Begin with assembly.py.
"""
