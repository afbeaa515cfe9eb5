"""A record of a conversation -> text, without reading or writing anything. Begin with formats.py."""
