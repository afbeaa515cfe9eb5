"""The saved conversations: kept, found, resumed, exported and imported. No other room knows the database.

Imports chat and the ground; the module sqlite3 belongs to it alone. Begin with archive.py.
"""
