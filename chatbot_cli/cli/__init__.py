"""The front doors: the command lines of chat, chat personas, chat sessions, chat stats and chat doctor.

Imports app, doctor, chat, commands, the adapters and the ground; the library typer is its own.
Begin with chat.py.
"""
