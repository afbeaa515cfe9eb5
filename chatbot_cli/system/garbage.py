"""When Python looks for garbage: not while a chat is loading. Nothing is garbage then, and looking takes its time."""

import gc
from functools import cache


@cache
def collect_garbage_from_now_on() -> None:
    """Let the collector work, and pass over all that is loaded: to look through it would take 30 ms of a reply."""
    gc.freeze()
    gc.enable()
