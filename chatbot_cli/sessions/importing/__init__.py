"""A file as conversations."""
