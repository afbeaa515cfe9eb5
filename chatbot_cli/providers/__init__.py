"""Adapters to models and tokenizers: the only room that imports openai or tiktoken."""
