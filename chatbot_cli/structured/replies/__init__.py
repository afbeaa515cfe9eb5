"""Replies as data: JSON is taken out of a text, checked, and shown as a table or CSV, also while it arrives.

Begin with reading.py.
"""
