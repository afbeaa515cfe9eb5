"""The entry point `chat`, and `python -m chatbot_cli`."""

import gc
import os
import sys

INTERRUPTED = 130


def import_nothing_from_here() -> None:
    """Take the current folder out of the places where modules are looked for; `python -m` puts it in front.

    The folder may be a stranger's, with a `rich.py` in it. Our own modules are found without it, also in a checkout.
    """
    try:
        here = os.getcwd()
    except OSError:  # it is gone
        here = ""
    if not sys.flags.safe_path and sys.path and sys.path[0] in ("", here):
        del sys.path[0]


def main() -> None:
    """Run the command line. Ctrl-C ends it quietly, even while it is still being loaded."""
    gc.disable()  # while all is loading; `system.garbage` turns it on again
    try:
        # Imported here, because it takes longest to load, and the user may press Ctrl-C meanwhile.
        from chatbot_cli.cli.chat import main as command_line

        try:
            command_line()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except OSError as error:
        if error.filename is not None and sys.stderr is not None:  # no stream of ours: nobody has told it
            print(f"chat: {error.filename!r}: {error.strerror}.", file=sys.stderr)
            raise SystemExit(1) from error
        # What was left to flush, after a failure that was told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0 if isinstance(error, BrokenPipeError) else 1) from None


if __name__ == "__main__":
    import_nothing_from_here()
    main()
