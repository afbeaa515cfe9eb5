"""The screen and the keyboard: reads lines, shows replies in full colour or in plain text, saves and copies them.

Imports chat, commands and the ground, and it alone the libraries prompt_toolkit, rich, pygments and markdown_it.
Begin with repl.py, the loop of an interactive chat; screen.py says what the loop asks of a screen.
"""
