"""A long reply through the whole program: a server of our own, the SDK, a turn, the panel, a pseudo terminal."""

import io
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence

import pyte

from benchmarks.pseudo_terminal import COLUMNS, ROWS, Written, run
from benchmarks.streaming_document import Document, document
from chatbot_cli.terminal.markdown.stream import whole_document
from chatbot_cli.terminal.markdown.view import lines_of
from chatbot_cli.terminal.theme import make_console
from tests.streaming_server import STOP, Reply, StreamingServer, answer, chunk, stream, text

START_RUNS = 3
GRACE = 120.0  # seconds more than the reply lasts
HEAD = f"{'':34} {'CPU s':>6} {'ms/token':>9} {'bytes':>6} {'seconds':>8}  the reply is there"
Environ = Callable[[str], dict[str, str]]


def report(environ: Environ, sizes: Sequence[int], paces: Sequence[float]) -> None:
    """Print the cost of replies of these sizes, without the start of the program and an answer of one token."""
    _ask(environ, answer("Yes"))  # so that all modules are compiled
    start = statistics.median(_ask(environ, answer("Yes")).cpu for _ in range(START_RUNS))
    print(f"start, one token, end: {start:.3f} CPU s, left out below\n{HEAD}")
    for tokens in sizes:
        reply = document(tokens)
        for pace in paces:
            written = _ask(environ, _served(reply, pace), len(reply.tokens) / pace if pace else 0.0)
            cpu = written.cpu - start
            name = f"{tokens:,} tokens, {f'{pace:.0f} a second' if pace else 'all at once'}"
            print(
                f"{name:34} {cpu:6.2f} {1000 * cpu / len(reply.tokens):9.3f}"
                f" {len(written.data) / len(reply.text.encode()):6.1f} {written.last - written.pieces[0][0]:8.1f}"
                f"  {_completeness(reply, written)}",
                flush=True,
            )


def _served(reply: Document, pace: float) -> Reply:
    if pace:
        return answer(*reply.tokens, between=1 / pace)
    return stream(chunk(role="assistant", content=""), text(*reply.tokens), STOP)


def _ask(environ: Environ, reply: Reply, seconds: float = 0.0) -> Written:
    with tempfile.TemporaryDirectory() as folder, StreamingServer(reply) as server:
        around = {**environ(folder), "OPENAI_API_KEY": "none", "OPENAI_BASE_URL": server.base_url}
        command = (sys.executable, "-m", "chatbot_cli", "--model", "openai/served", "Say it all.")
        written = run(command, around, folder, GRACE + 1.5 * seconds)
    if written is None:
        raise SystemExit(f"no end of {len(reply.steps)} steps")
    return written


def _completeness(reply: Document, written: Written) -> str:
    """Whether scrollback and screen hold the reply, line by line as it looks when it is shown all at once."""
    shown = _lines_on_the_terminal(written)
    console = make_console(io.StringIO())
    console.width = COLUMNS
    lines = ["".join(segment.text for segment in line) for line in lines_of(whole_document(reply.text), console)]
    title, account = (number for number, line in enumerate(shown) if line.startswith("── "))
    if shown[title + 1 : account] == ["", *lines, ""]:
        return "once, every line"
    missing, more = len(set(lines) - set(shown)), len(shown) - len(lines)
    return f"otherwise: {missing} lines are missing, {more} are more"


def _lines_on_the_terminal(written: Written) -> list[str]:
    screen = pyte.HistoryScreen(COLUMNS, ROWS, history=1_000_000, ratio=0.5)
    pyte.ByteStream(screen).feed(written.data)
    past = ["".join(line[column].data for column in range(COLUMNS)).rstrip() for line in screen.history.top]
    return [*past, *(line.rstrip() for line in screen.display)]
