"""Asks a server for its list of models, and reports in sentences whether a model can be reached.

Imports chat, the ground and, of providers, chat_completions, failures, route and the table.
Begin with asking.py.
"""
