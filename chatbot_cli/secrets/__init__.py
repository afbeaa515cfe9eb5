"""Keys and passwords in a text."""
