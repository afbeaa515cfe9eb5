"""The core: plain and property tests, in milliseconds."""
