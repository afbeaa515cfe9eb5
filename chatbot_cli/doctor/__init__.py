"""Looks at all that a chat stands on."""
