"""Takes a reply, or one of its code blocks, to a file or the clipboard, where symbols stand for control characters."""

from collections.abc import Awaitable, Callable

from chatbot_cli.commands.outcomes import Copy, Save
from chatbot_cli.errors import UsageError
from chatbot_cli.system.file_names import file_to_write
from chatbot_cli.system.whole_files import write_whole
from chatbot_cli.text.counts import REPLACED, controls_in_words, counted
from chatbot_cli.text.safe import controls_in, safe_in_file


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


def to_copy(wanted: Copy) -> tuple[str, str]:
    """What to copy, and a sentence on what is replaced in it, empty if nothing is."""
    part = part_of(wanted.reply, wanted.code)
    return safe_in_file(part), controls_in_words(controls_in(part), REPLACED, "/save --raw FILE")


def to_save(wanted: Save) -> tuple[str, str]:
    """What to write to the file, and a sentence on what is replaced in it, empty if nothing is."""
    part = part_of(wanted.text, wanted.code)
    count = wanted.replaced if wanted.raw or wanted.replaced else controls_in(part)
    return part if wanted.raw else safe_in_file(part), controls_in_words(count, REPLACED, "--raw FILE")


async def save(wanted: Save, confirm: Callable[[str], Awaitable[bool]], say: Callable[[str], None]) -> None:
    """Write to a file, and say what was written. Raises UsageError. `confirm` asks whether one is overwritten."""
    (text, replaced), path = to_save(wanted), wanted.path
    try:
        message = write(text, path)
    except FileExistsError:
        if not await confirm(f"{path} exists. Overwrite it?"):
            say("Nothing was saved.")
            return
        message = write(text, path, overwrite=True)
    say(f"{message} {replaced}".rstrip())


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
