"""Collections in PostgreSQL, shared by all who may use the database: words by tsvector, meaning by pgvector.

Imports chat, the ground and, of retrieval, collection and what stands beside it. Begin with shelf.py.
"""
