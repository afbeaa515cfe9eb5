"""Texts become vectors, by a model on a server that has /embeddings: in batches, each once, one by one if it must be.

Imports chat, the ground and, of providers, chat_completions, failures, prices, retrying and route.
Begin with opening.py.
"""
