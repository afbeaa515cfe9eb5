"""The core: messages, the window, the turn, the commands. Standard library only; no screen, network or disk."""
