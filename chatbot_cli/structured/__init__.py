"""Answers as data: schemas from every source, what a server is sent of them, and replies that are read and checked.

Imports chat and the ground. Begin with shape.py.
"""
