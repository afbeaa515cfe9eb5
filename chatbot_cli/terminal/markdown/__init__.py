"""Turns Markdown into styled lines while it arrives: the lines that are final, and the open end that may still change.

Imports text, rows.py and theme.py of terminal, and the libraries rich, pygments and markdown_it.
Begin with stream.py, which says when a piece is final; view.py turns pieces into lines.
"""
