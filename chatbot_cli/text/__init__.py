"""Text from bytes of any encoding, and text for the screen: functions without side effects.

Imports errors and frozen. Begin with safe.py, which every text passes on its way to a terminal, and with decoding.py.
"""
