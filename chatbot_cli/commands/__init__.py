"""The slash-commands."""
