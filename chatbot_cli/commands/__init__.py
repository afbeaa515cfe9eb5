"""The slash-commands: each acts on a conversation and returns an outcome, which the loop shows.

Imports chat and the ground. Begin with registry.py; outcomes.py lists the outcomes.
"""
