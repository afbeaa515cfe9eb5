"""Turns the failures of servers, proxies and networks into our errors, in words for users.

Imports chat, the ground and, of providers, route and the table. Begin with explain.py.
"""
