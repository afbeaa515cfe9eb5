"""The readers of files: a document of any kind becomes text with places. Formats not trusted run in a child process.

Imports chat and the ground. Begin with reading.py.
"""
