"""How far an update of documents, and of their vectors, is, in a line that fits the terminal however it is resized."""

import io

import pytest

from chatbot_cli.terminal import embedding_bar, update_bar
from chatbot_cli.terminal.embedding_bar import EmbeddingBar
from chatbot_cli.terminal.theme import make_console
from chatbot_cli.terminal.update_bar import UpdateBar


def test_the_line_fits_the_terminal_after_a_resize(monkeypatch: pytest.MonkeyPatch) -> None:
    console = make_console(io.StringIO())
    monkeypatch.setattr(update_bar, "make_console", lambda _: console)
    bar = UpdateBar(console.file)  # type: ignore[arg-type]  # a stream all the same
    drawn = []
    with bar.drawn():
        bar.begins(5_598, 9_000_000)
        bar.reading("python/a long name of a folder/util.py", 618, 1_000_000)
        for width in (80, 40):
            console.width = width
            with console.capture() as capture:
                console.print(bar.progress)
            drawn.append(capture.get())
    wide, narrow = drawn
    assert "618/5,598" in wide
    assert "MB/s" in wide
    assert wide.rstrip().endswith("util.py")
    assert narrow.strip() == "reading 618/5,598"


def test_the_line_of_vectors_fits_too(monkeypatch: pytest.MonkeyPatch) -> None:
    console = make_console(io.StringIO())
    monkeypatch.setattr(embedding_bar, "make_console", lambda _: console)
    bar = EmbeddingBar(console.file, 11_862)  # type: ignore[arg-type]  # a stream all the same
    drawn = []
    with bar.drawn():
        bar(618)
        for width in (80, 40, 80):
            console.width = width
            with console.capture() as capture:
                console.print(bar.progress)
            drawn.append(capture.get().split())
    assert [line[:1] + line[-2:-1] for line in drawn[::2]] == [["embedding", "618/11862"]] * 2
    assert drawn[1] == ["embedding", "618/11862"]
