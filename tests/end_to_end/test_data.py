"""Answers as data in a pipe: rows come as soon as each is complete, and a reader may leave."""

import subprocess

from tests.end_to_end.installed_chat import InstalledChat, begin_reading
from tests.streaming_server import StreamingServer, answer, page
from tests.terminal_session import PATIENCE

NOTES = "".join(f"{number}: a note about somebody\n" for number in range(2000)).encode()


def test_the_first_row_is_there_long_before_the_last_and_a_reader_who_has_it_may_leave(chat: InstalledChat) -> None:
    rows = [f'{{"name": "{number}"}}, ' for number in range(2000)]
    with StreamingServer(page({}, 404), answer("[", *rows, between=0.02)) as server:  # it tells nothing of its window
        process = chat.at(server).start("--schema", "name", "--many", "-o", "jsonl", stdin=subprocess.PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(NOTES)
        process.stdin.close()
        assert begin_reading(process.stdout).startswith(b'{"name": "0"}\n')
        process.stdout.close()
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == b""
