"""Finds, reads and checks personas."""
