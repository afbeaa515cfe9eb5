"""Chat with any OpenAI-compatible model."""
