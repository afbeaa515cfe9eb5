"""Several answers to one question, side by side: in columns, or one below the other where there is no room for them.

Imports the other files of terminal, chat, commands and the ground, and the library rich.
Begin with columns.py; account.py is what is told of each answer.
"""
