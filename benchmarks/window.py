"""What the window costs: the share of a request that a provider's cache has read before, the price, and the time.

    python -m benchmarks.window [--turns N] [--runs N]

A conversation through the whole way to a server of our own on this machine, which counts what each request has in
common with the one before. System prompt, question and reply have 400, 120 and 350 tokens. The first table has a row
for each window, and the cost of the conversation with the list prices of genai-prices at noon UTC. Below a provider's
least length nothing is cached; all that was not cached is written. "Compat" is Claude's endpoint in OpenAI's protocol,
which has no cache. The second table is the time that choosing the messages of a request takes, in medians.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from genai_prices import Usage, calc_price

from chatbot_cli.chat.context import Context
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.messages import Exchange, Message, Role
from chatbot_cli.chat.options import MAX_TURNS
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.chat.window import select
from tests.caching_server import COUNTER, CachingServer, Read, conversation_at, share_cached
from tests.chat.turns import take_turn

MODEL = "gpt-6.1-sol"
SYSTEM, QUESTION, REPLY = 400, 120, 350  # tokens
ROOM = 10_000_000  # tokens; no limit
LENGTHS = (10, 1_000, 100_000)  # messages of a transcript
NOBODY_CACHES = sys.maxsize


class Window(NamedTuple):
    """A name for a window, and its settings."""

    name: str
    flags: Mapping[str, object]


class Price(NamedTuple):
    """A model of the price list, its provider there, and the tokens below which its provider caches nothing."""

    name: str
    provider: str
    model: str
    least: int = 0


WINDOWS = (
    Window("none: all is sent", {"max_turns": 1_000_000}),
    Window(f"max_turns {MAX_TURNS}, slide 1", {"slide": 1}),
    Window(f"max_turns {MAX_TURNS // 2}, slide 1", {"max_turns": MAX_TURNS // 2, "slide": 1}),
    Window(f"max_turns {MAX_TURNS}, slide {MAX_TURNS // 2}: the default", {}),
)
PRICES = (
    Price("gpt-6.1-sol", "openai", "gpt-6.1-sol", 1_024),
    Price("claude-sonnet-5-5", "anthropic", "claude-sonnet-5-5", 512),
    Price("claude compat", "anthropic", "claude-sonnet-5-5", NOBODY_CACHES),
    Price("gemini-3.8-flash", "google", "gemini-3.8-flash", 4_096),
    Price("deepseek-v4-flash", "deepseek", "deepseek-v4-flash", 64),
    Price("kimi-k3", "moonshotai", "kimi-k3"),
)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--turns", type=int, default=200, help=f"of a conversation, more than {MAX_TURNS + 1} (200)")
    parser.add_argument("--runs", type=int, default=200, help="of a selection, of which the median counts (200)")
    wanted = parser.parse_args()
    print(f"{wanted.turns} turns\n")
    names = "".join(f" {price.name} |" for price in PRICES)
    print(f"| window | tokens sent | in the prefix | once full |{names}\n| --- |{' --: |' * (3 + len(PRICES))}")
    for window in WINDOWS:
        requests = asyncio.run(conversation(window.flags, wanted.turns))
        shares = "".join(f" {100 * share_cached(some):.1f} % |" for some in (requests, requests[MAX_TURNS + 1 :]))
        costs = "".join(f" ${cost(requests, price):.3f} |" for price in PRICES)
        print(f"| {window.name} | {sum(read.sent for read in requests):,} |{shares}{costs}", flush=True)
    print("\n| messages | sent | to choose them | for one that is sent |\n| --: | --: | --: | --: |")
    for length in LENGTHS:
        sent, seconds = selection(length, wanted.runs)
        print(f"| {length:,} | {sent} | {1000 * seconds:.3f} ms | {1e6 * seconds / sent:.1f} µs |", flush=True)


def message(role: Role, tokens: int, number: int) -> Message:
    """A message of exactly so many tokens, with its number in it."""
    framing = COUNTER.count(Message(role, f"{number:06}"))
    return Message(role, f"{number:06}" + " token" * (tokens - framing))


async def conversation(flags: Mapping[str, object], turns: int) -> Sequence[Read]:
    """Have a conversation with the whole program below its screen; return what the server has read of each turn."""
    with (
        tempfile.TemporaryDirectory() as home,
        CachingServer(lambda turn: message("assistant", REPLY, turn).content) as server,
    ):
        system = message("system", SYSTEM, 0).content
        settings = {"model": MODEL, "system": system, "max_context_tokens": ROOM, **flags}
        chat = conversation_at(server, Path(home), settings)
        for turn in range(turns):
            await take_turn(chat, message("user", QUESTION, turn).content)
        return server.read


def cost(requests: Iterable[Read], price: Price) -> float:
    """US dollars for these requests."""
    noon = datetime.now(UTC).replace(hour=12)
    total = 0.0
    for read in requests:
        cached = read.cached if read.cached >= price.least else 0
        written = read.sent - cached if read.sent >= price.least else 0
        used = Usage(
            input_tokens=read.sent, cache_read_tokens=cached, cache_write_tokens=written, output_tokens=read.reply
        )
        priced = calc_price(used, price.model, provider_id=price.provider, genai_request_timestamp=noon)
        total += float(priced.total_price)
    return total


def exchanges() -> Iterator[Exchange]:
    """Exchanges without end. After as many as no window holds they come again."""
    texts = [(message("user", QUESTION, n).content, message("assistant", REPLY, n).content) for n in range(100)]
    return (Exchange(question, answer) for question, answer in cycle(texts))


def selection(messages: int, runs: int) -> tuple[int, float]:
    """How many of so many messages the default limits send, and the seconds that choosing them takes.

    The counter remembers the texts it has counted, as in a chat.
    """
    transcript = Transcript(islice(exchanges(), messages // 2))
    context = Context((message("system", SYSTEM, 0),), transcript, (message("user", QUESTION, 0),))
    limits = Limits(MAX_TURNS, 64_000)
    window = select(context, limits, COUNTER.count)
    seconds = []
    for _ in range(runs):
        begin = time.perf_counter()
        select(context, limits, COUNTER.count)
        seconds.append(time.perf_counter() - begin)
    return len(window.messages), statistics.median(seconds)


if __name__ == "__main__":
    main()
