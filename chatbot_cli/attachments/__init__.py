"""The files that go with a message: found, read, checked against every limit, and refused with numbers.

Imports readers, chat and the ground. Begin with files.py.
"""
