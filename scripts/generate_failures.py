"""Writes docs/failures.md from the tests: the sentences that a user sees at each fault.

    python -m scripts.generate_failures

The rows are those of tests/faults.py, and tests/end_to_end/test_faults.py holds the program to each of them: a row is
true as long as the tests pass. Only the introduction is written by hand, in this file.
"""

from collections.abc import Sequence
from pathlib import Path

from tests.faults import GROUPS, IN_A_SCRIPT, Fault

PAGE = Path(__file__).resolve().parent.parent / "docs" / "failures.md"
NAMES = {
    "{url}": "https://api.example/v1",
    "{https}": "https://api.example/v1",
    "{elsewhere}": "https://other.example",
    "{proxy}": "http://proxy.example:3128",
    "{nobody}/v1": "https://api.example/v1",
    "{nobody}": "http://proxy.example:3128",
}
LONGEST = 60  # characters of a reply that are shown
INTRODUCTION = """# What goes wrong, and what you see

Each row is tried by the tests in a script (`chat "Why?"`), in a conversation and in a program, against a server that
does what the row says: [tests/faults.py](../tests/faults.py). This page is made of the same rows (`make docs`).

- **In a script** the sentence and the hint go to stderr, what came of the reply to stdout, and the exit code tells
  what happened. The table shows these hints. A conversation names the command instead where there is one (`/model` for
  `--model`), the library the keyword argument (`model`).
- **In a conversation** the question stands in the prompt again, and Enter asks it again (`TERM=dumb` shows it above the
  prompt instead). What came of a reply is kept, marked with how it ended; `/continue` asks for the rest, in a script
  `chat -c /continue`. The conversation can go on whatever happened.
- **What may pass by itself** (exit code 75: no connection, 408, 409, 429, 500 and above) is tried up to three times,
  as long as nothing of the reply has come. The wait is counted down, `Retry-After` is obeyed up to two minutes, Ctrl-C
  stops it (130). The tests of this page try once.
- **The whole story** of a failure is in the file that `chat --debug` writes. `chat doctor` looks for what is wrong
  before you ask anything.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")


def page() -> str:
    """The page as it should be."""
    return "\n".join([INTRODUCTION, *(_section(title, faults) for title, faults in GROUPS.items())])


def _section(title: str, faults: Sequence[Fault]) -> str:
    rows = ["| The server … | You see | Exit code |", "| --- | --- | --: |", *map(_row, faults)]
    return f"## {title}\n\n" + "\n".join(rows) + "\n"


def _row(fault: Fault) -> str:
    seen = [f"**{_told(fault.sees)}** {_told(fault.hint_in(IN_A_SCRIPT))}".strip()] if fault.sees else []
    if fault.in_chat:
        seen.append(
            f"In a conversation, where there is something to leave out: “{_told(fault.in_chat)}.” And the reply."
        )
    elif fault.told:
        seen.append(_told(fault.told.strip("()")))
    if fault.out:
        seen.append(f"The reply: {_reply(fault)}")
    return f"| {_cell(fault.does)} | {'<br>'.join(seen)} | {fault.exit_code} |"


def _told(text: str) -> str:
    for name, value in NAMES.items():
        text = text.replace(name, value)
    return _cell(text).replace("<", "&lt;").replace("[", "\\[")


def _reply(fault: Fault) -> str:
    shown = fault.shown or fault.out
    how = f", marked “{_cell(fault.marked)}”" if fault.marked else ""
    return f"`{_cell(shown)}`{how}" if len(shown) <= LONGEST else f"all {len(shown):,} characters{how}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
