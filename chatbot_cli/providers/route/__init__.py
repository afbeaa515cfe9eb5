"""The way to a server: its address and key, the proxy in front of it, its redirects.

Imports chat, the ground and, of providers, the table. Begin with endpoint.py.
"""
