"""Answers from the user's own documents: collections that are kept up to date, cut into passages and searched.

Imports readers, chat and the ground. Begin with library.py.
"""
