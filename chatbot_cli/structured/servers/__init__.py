"""What servers are sent of a schema, and what their answers mean by it.

Begin with server_schema.py.
"""
