"""The surroundings of a process: variables, folders, files, streams and addresses, and how systems differ.

Imports errors and frozen. Begin with surroundings.py, which is passed to whoever needs them.
"""
