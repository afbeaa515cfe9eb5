"""Python functions as tools: a signature becomes a schema, and a call is checked before it runs."""
