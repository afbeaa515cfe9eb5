"""The models and the ways to them: servers, the offline demo, retries, token counts, prices.

Imports chat and the ground. No other room imports the libraries openai, httpx2, tiktoken and genai_prices.
Begin with catalog.py, which opens a model.
"""
