"""The entry point `chat`, and `python -m chatbot_cli`."""

from typing import NoReturn

INTERRUPTED = 130


def main() -> NoReturn:
    """Run the command line; Ctrl-C ends it quietly, even while it is still being loaded."""
    try:
        # Imported here, because loading it takes longest of all, and Ctrl-C may come meanwhile.
        from chatbot_cli.cli import main as command_line

        command_line()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


if __name__ == "__main__":
    main()
