"""The bytes of a file -> records of conversations. It reads and writes no file, and trusts none.

Imports chat, the ground and, of sessions, the records, their parts and exporting. Begin with reading.py.
"""
