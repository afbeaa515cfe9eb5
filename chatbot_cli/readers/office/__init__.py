"""Documents that are archives: those of word processors, spreadsheets, slides and books.

Imports readers, chat and the ground. Begin with archive.py.
"""
