"""A conversation as text."""
