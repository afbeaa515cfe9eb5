"""The front doors: the command lines of chat and of its subcommands, such as chat sessions and chat schema.

Imports app, doctor, chat, commands, the adapters and the ground; the library typer is its own.
Begin with chat.py.
"""
