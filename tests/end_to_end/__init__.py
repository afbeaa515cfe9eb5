"""The installed program as a person or a script meets it: a real process, pipes, a terminal."""
