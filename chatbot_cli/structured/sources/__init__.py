"""Where schemas come from: a line of fields, a JSON file, JSON, a Python type.

Begin with named.py.
"""
