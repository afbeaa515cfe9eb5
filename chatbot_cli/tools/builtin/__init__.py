"""The tools that come with the program. They only read; nothing here writes, fetches or starts anything.

Imports chat, the ground and, of tools, python, result_text and source. Begin with source.py.
"""
