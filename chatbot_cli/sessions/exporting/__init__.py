"""A record of a conversation -> text in one of four formats. It reads and writes no file.

Imports chat, the ground and, of sessions, the records and their parts. Begin with formats.py.
"""
