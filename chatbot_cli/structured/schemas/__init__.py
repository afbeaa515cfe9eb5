"""JSON Schemas: whether one is sound, and what is wrong with a value by it. Nothing is ever fetched.

Begin with soundness.py and validation.py.
"""
