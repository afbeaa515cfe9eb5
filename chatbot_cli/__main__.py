"""The entry point `chat`, and `python -m chatbot_cli`."""

import gc
import os
import sys

INTERRUPTED = 130


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
    except OSError as error:  # what was left to flush, after a failure that was told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0 if isinstance(error, BrokenPipeError) else 1) from None


if __name__ == "__main__":
    main()
