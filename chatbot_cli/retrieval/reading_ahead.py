"""Reads many files in turn. Those whose readers take long come last, two at once: they are read in child processes."""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial

from chatbot_cli.readers.reading import stop_reading
from chatbot_cli.retrieval.reading_files import ReadFile
from chatbot_cli.retrieval.update import Candidate

SLOW = (".pdf", ".docx", ".epub", ".odt", ".pptx", ".xlsx")
AT_ONCE = 2  # as many as the readers have children
AHEAD = 3  # files that are begun before the first of them is asked for
AGAIN = 0.05  # seconds; a reader that was only about to begin is not there to be stopped

Read = Callable[[Candidate], ReadFile | None]
Turns = Generator[tuple[Candidate, Callable[[], ReadFile | None]], None, None]


def read_in_turn(candidates: Sequence[Candidate], read: Read) -> Turns:
    """Each file, with what gives it once it is read. Close it if not all are wanted."""
    for one in candidates:
        if not _is_slow(one):
            yield one, partial(read, one)
    if slow := list(filter(_is_slow, candidates)):
        yield from _two_at_once(slow, read)


def _two_at_once(slow: Sequence[Candidate], read: Read) -> Turns:
    pool = ThreadPoolExecutor(AT_ONCE)
    begun: deque[Future[ReadFile | None]] = deque()
    try:
        for number, one in enumerate(slow):
            begun.extend(pool.submit(read, later) for later in slow[number + len(begun) : number + AHEAD])
            yield one, begun[0].result
            begun.popleft()
    except BaseException:  # also Ctrl-C, and when it is closed: nobody waits for the rest
        pool.shutdown(wait=False, cancel_futures=True)
        stop_reading()
        while wait([one for one in begun if not one.cancelled()], AGAIN).not_done:
            stop_reading()
        raise
    finally:
        pool.shutdown()


def _is_slow(one: Candidate) -> bool:
    return one.found.path.lower().endswith(SLOW)
