"""The checks of `chat doctor`: what works, what does not, and what mends it. It changes nothing.

Imports app, the adapters and terminal, to look at what they use. Begin with examination.py.
"""
