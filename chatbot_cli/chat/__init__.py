"""The core: the values and rules of a conversation, without screen, network, disk or library.

Imports text, errors and frozen, and nothing of the standard library that reaches out.
Begin with conversation.py; messages.py has the values, ports.py all that the core asks of other rooms.
"""
