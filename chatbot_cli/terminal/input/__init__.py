"""The input line: its keys, history, completion and drafts, at the prompt and while a reply streams.

Imports chat, commands and the ground, nothing else of terminal, and it alone the library prompt_toolkit.
Begin with prompt.py.
"""
