"""Prepares any text for the screen: functions of strings without side effects.

Imports errors and frozen. Begin with safe.py, which every text passes on its way to a terminal.
"""
