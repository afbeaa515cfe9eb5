"""Asks a server for its list of models."""
