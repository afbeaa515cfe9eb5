"""A collection in a file of SQLite: at once usable, offline, searched by words (FTS5).

Imports chat, the ground and, of retrieval, collection and what stands beside it. Begin with collection.py.
"""
