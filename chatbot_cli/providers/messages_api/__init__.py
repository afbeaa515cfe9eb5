"""Anthropic's own protocol, Messages: a request goes out, events come in. Its sibling is chat_completions.

Imports chat, the ground and, of providers, wire, failures, route, entries and known_models; the libraries anthropic and
httpx2.
Begin with messages_chat.py.
"""
