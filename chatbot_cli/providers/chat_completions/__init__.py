"""The protocol Chat Completions: a request goes out, events come in. Another protocol is a sibling.

Imports chat, the ground and, of providers, wire, failures, route and the table; the libraries openai and httpx2.
Begin with openai_chat.py.
"""
