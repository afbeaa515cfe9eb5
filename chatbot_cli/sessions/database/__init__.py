"""The file of the saved conversations."""
