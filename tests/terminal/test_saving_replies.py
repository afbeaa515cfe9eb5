"""A reply, or code from it, goes to the clipboard or to a file."""

import base64
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from chatbot_cli.errors import UsageError
from chatbot_cli.terminal.clipboard import Clipboard
from chatbot_cli.terminal.saving_replies import part_of, write

REPLY = """Two ways:

```python
print("a")
```

1. In a list:

   ```sh
   echo b
   ```

~~~
    four blanks
~~~
"""


def test_the_whole_reply_is_as_the_model_wrote_it() -> None:
    assert part_of(REPLY, None) == REPLY


@pytest.mark.parametrize(("number", "code"), [(1, 'print("a")\n'), (2, "echo b\n"), (3, "    four blanks\n")])
def test_code_is_counted_in_lists_too_and_comes_without_its_surroundings(number: int, code: str) -> None:
    assert part_of(REPLY, number) == code


@pytest.mark.parametrize(
    ("reply", "count"), [("none", "no code blocks"), ("```\na\n```", "one code block"), (REPLY, "3 code blocks")]
)
def test_a_number_too_high_says_how_many_there_are(reply: str, count: str) -> None:
    with pytest.raises(UsageError, match=count):
        part_of(reply, 4)


def test_a_file_is_written_with_one_newline_at_its_end(tmp_path: Path) -> None:
    assert write("a\nb", str(tmp_path / "x")) == f"Saved to {tmp_path / 'x'}: 2 lines."
    assert (tmp_path / "x").read_bytes() == b"a\nb\n"


def test_a_file_is_overwritten_only_on_request(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    with pytest.raises(FileExistsError):
        write("a", str(tmp_path / "x"))
    assert (tmp_path / "x").read_text() == "mine"
    write("a", str(tmp_path / "x"), overwrite=True)
    assert (tmp_path / "x").read_text() == "a\n"


@pytest.mark.parametrize("path", ["nowhere/x", ".", "a\0b"])
def test_a_file_that_cannot_be_written_is_a_sentence(path: str, tmp_path: Path) -> None:
    with pytest.raises((UsageError, FileExistsError)):
        write("a", str(tmp_path / path))
    with pytest.raises(UsageError, match="cannot be written"):
        write("a", str(tmp_path / path), overwrite=True)


class Desk:
    """A terminal and the clipboard tools of a desktop, which do what `works` says."""

    def __init__(self, folder: Path, *tools: str, works: bool = True, environ: Mapping[str, str] | None = None) -> None:
        for tool in tools:
            (folder / tool).touch(0o755)
        self.terminal = io.StringIO()
        self.environ = {"PATH": str(folder), **(environ or {})}
        self.works = works
        self.given: list[tuple[str, bytes]] = []

    def run(self, command: Sequence[str], text: bytes) -> bool:
        self.given.append((command[0], text))
        return self.works

    def clipboard(self, *, escapes: bool = True) -> Clipboard:
        return Clipboard(self.terminal, self.environ, escapes=escapes, run=self.run)


def test_the_terminal_is_asked_to_copy(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.clipboard().copy("héllo\nyou") == "Copied: 2 lines."
    opening, _, content = desk.terminal.getvalue().removesuffix("\x07").rpartition(";")
    assert opening == "\x1b]52;c"
    assert base64.b64decode(content).decode() == "héllo\nyou"
    assert desk.given == []


@pytest.mark.parametrize(
    ("tools", "environ", "used"),
    [
        (("pbcopy",), {}, "pbcopy"),
        (("wl-copy", "xclip"), {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "wl-copy"),
        (("wl-copy", "xclip"), {"DISPLAY": ":0"}, "xclip"),
        (("tmux", "pbcopy"), {"TMUX": "/run/tmux"}, "tmux"),
    ],
)
def test_the_tool_of_the_desktop_is_used_as_well(
    tmp_path: Path, tools: tuple[str, ...], environ: dict[str, str], used: str
) -> None:
    desk = Desk(tmp_path, *tools, environ=environ)
    desk.clipboard().copy("a")
    assert desk.given == [(used, b"a")]


def test_a_tool_without_its_desktop_is_left_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "xclip", "wl-copy")
    desk.clipboard().copy("a")
    assert desk.given == []


def test_text_too_long_for_a_terminal_goes_to_the_tool(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "pbcopy")
    desk.clipboard().copy("a" * 200_000)
    assert desk.terminal.getvalue() == ""
    assert desk.given == [("pbcopy", b"a" * 200_000)]


def test_where_nothing_can_copy_a_file_is_offered(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        Desk(tmp_path, "pbcopy", works=False).clipboard(escapes=False).copy("a")
    assert "/save" in caught.value.hint
