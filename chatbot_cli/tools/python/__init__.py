"""Python functions as tools: a signature becomes a schema, and a call is checked before it runs.

Imports chat, the ground and, of tools, result_text and source; the library pydantic. Begin with file.py.
"""
