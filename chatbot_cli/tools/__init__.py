"""The tools that a model may call: built in, Python functions, MCP servers; and who decides whether a call runs.

Imports chat and the ground. Begin with toolbox.py.
"""
