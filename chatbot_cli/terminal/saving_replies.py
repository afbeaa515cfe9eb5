"""Takes a reply, or one of its code blocks, and writes it to a file."""

from chatbot_cli.errors import UsageError
from chatbot_cli.system.file_names import file_to_write
from chatbot_cli.system.whole_files import write_whole
from chatbot_cli.text.counts import counted


def part_of(reply: str, code: int | None) -> str:
    """The whole reply, or its code block number `code`, counted from 1. Raises UsageError if there is no such block."""
    if code is None:
        return reply
    # Imported here: the Markdown parser is not needed before the prompt is drawn.
    from chatbot_cli.terminal.markdown.stream import code_blocks

    blocks = code_blocks(reply)
    if code > len(blocks):
        count = {0: "no code blocks", 1: "one code block"}.get(len(blocks), f"{len(blocks)} code blocks")
        raise UsageError(f"There is no code block {code}: the last reply has {count}.", "Its number stands above it.")
    return blocks[code - 1]


def write(text: str, path: str, *, overwrite: bool = False) -> str:
    """Write a text to a file and return a confirmation.

    Raises FileExistsError unless `overwrite`, and UsageError if the file cannot be written.
    """
    target = file_to_write(path, "reply.md")
    text = text if text.endswith("\n") else text + "\n"
    write_whole(path, target, text.encode("utf-8", "replace"), overwrite=overwrite)
    return f"Saved to {target}: {counted_lines(text)}."


def counted_lines(text: str) -> str:
    """The number of lines of a text, with its noun: "1 line", "2 lines"."""
    return counted(len(text.splitlines()), "line")
