"""Collections in Qdrant, shared by all who may use the server: words by sparse vectors, meaning by dense ones.

Imports chat, the ground and, of retrieval, collection and what stands beside it. Begin with shelf.py.
"""
