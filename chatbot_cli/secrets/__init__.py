"""Keys and passwords in a text: finds them, names them, strikes them out.

Imports errors and frozen. Begin with finding.py; shapes.py lists the shapes that a secret can have.
"""
