"""A file of weights (GGUF) is a model: its server runs in a child of this process, and ends with it.

Begin with opening.py. program.py is the child's side; only there the library of the extra `local` is imported.
"""
