"""What the adapters to all protocols share: HTTP, bodies, calls that arrive in pieces, and replies as they arrive.

Imports chat, the ground and, of providers, failures, route and the table; the library httpx2. It knows no SDK.
Begin with streamed_chat.py.
"""
