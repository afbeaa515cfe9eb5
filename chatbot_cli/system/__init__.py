"""The surroundings of a process: variables, folders, files and streams, and how systems differ in them.

Imports errors and frozen. Begin with surroundings.py, which is passed to whoever needs them.
"""
