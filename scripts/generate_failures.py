"""Writes docs/failures.md from the tests: the sentences that a user sees after each fault.

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
LONGEST = 60  # characters of a reply that is shown whole
INTRODUCTION = """# What goes wrong, and what you see

The tests try each row in a script (`chat "Why?"`), in a conversation and in a program, against a server that does what
the row says. The rows are in [tests/faults.py](../tests/faults.py); `make docs` makes this page of them.

- **In a script**, the sentence and the hint go to stderr, and the text of the reply so far goes to stdout. The exit
  code tells the kind of failure. The table shows the hints of a script. In a conversation, a hint names the command if
  there is one (`/model` for `--model`); in the library, it names the keyword argument (`model`).
- **In a conversation**, the question is in the prompt again, and Enter asks it again. (`TERM=dumb` shows it above the
  prompt instead.) The text of a reply that broke off is kept, and a mark tells how the reply ended. `/continue` asks
  for the rest; in a script, `chat -c /continue` does. The conversation can go on after every failure.
- **A failure that may pass** (exit code 75: no connection, 408, 409, 429, 500 and above) is tried up to three times, as
  long as no part of the reply has arrived. The screen counts the wait down. `Retry-After` is obeyed up to two minutes.
  Ctrl-C ends the wait (130). The tests of this page try once.
- **The details** of a failure are in the file that `chat --debug` writes. `chat doctor` finds many causes before you
  ask anything.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")


def page() -> str:
    """The text of the page."""
    return "\n".join([INTRODUCTION, *(_section(title, faults) for title, faults in GROUPS.items())])


def _section(title: str, faults: Sequence[Fault]) -> str:
    rows = ["| The server … | You see | Exit code |", "| --- | --- | --: |", *map(_row, faults)]
    return f"## {title}\n\n" + "\n".join(rows) + "\n"


def _row(fault: Fault) -> str:
    seen = [f"**{_shown(fault.sees)}** {_shown(fault.hint_in(IN_A_SCRIPT))}".strip()] if fault.sees else []
    if fault.in_chat:
        seen.append(
            f"In a conversation, where there is something to leave out: “{_shown(fault.in_chat)}.” And the reply."
        )
    elif fault.told:
        seen.append(_shown(fault.told.strip("()")))
    if fault.out:
        seen.append(f"The reply: {_reply(fault)}")
    return f"| {_cell(fault.does)} | {'<br>'.join(seen)} | {fault.exit_code} |"


def _shown(text: str) -> str:
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
