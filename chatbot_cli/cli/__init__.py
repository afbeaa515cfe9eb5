"""The front doors: the command line of `chat` and of its subcommands."""
