"""Finds the servers that run on this machine, tells by their answers what they are, and what models they hold.

Imports entries, and reads lists of models as reachability does. Begin with finding.py.
"""
