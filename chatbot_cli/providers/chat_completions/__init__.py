"""Models behind servers that speak Chat Completions."""
