"""The tools: who decides about them, and each of their sources."""
