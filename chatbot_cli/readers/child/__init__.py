"""Files of formats that are not trusted are read in a process of their own, with limits of time and memory.

Begin with reading_apart.py, the parent's side; worker.py is the child's.
"""
