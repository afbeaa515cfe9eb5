"""The file of the database: opens it, migrates it, judges its health, explains its failures.

Imports the ground and nothing else of sessions. Begin with opening.py.
"""
