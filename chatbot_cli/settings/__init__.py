"""The settings: read from their sources, put in order of precedence, and judged by one table.

Imports chat and the ground. Begin with table.py; precedence.py then says who wins.
"""
