"""The bytes of a file -> records of conversations, without reading or writing anything. Begin with reading.py."""
