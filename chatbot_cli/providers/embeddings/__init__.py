"""Texts become vectors, by a model on a server that has /embeddings: in batches, once each, and one by one if it must.

Imports chat, the ground and, of providers, chat_completions, failures, prices, retrying and route. Begin with opening.py.
"""
