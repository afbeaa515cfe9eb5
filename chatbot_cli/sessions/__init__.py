"""The saved conversations; no other room knows the database. Imports `chat` and the ground. Begin with archive.py."""
