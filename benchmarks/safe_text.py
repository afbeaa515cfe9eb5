"""The cost of cleaning a text before it reaches a terminal, beside encoding it.

    python -m benchmarks.safe_text [--megabytes N] [--runs N]

Each kind of text is cleaned whole and in pieces of a few characters, as a model sends them; medians, in megabytes a
second and as a multiple of encoding the same text to UTF-8, which writing it costs anyway.
"""

import argparse
import statistics
import time
from collections.abc import Callable

from chatbot_cli.text.safe import SafeStream, safe, without_controls

PIECE = 4  # characters
TEXTS = {
    "plain English": "A generator yields its values one at a time, and goes on from there.\n",
    "Japanese": "ジェネレータは値を一つずつ返し、次に求められるとそこから続けます。\n",
    "code": "    for number, line in enumerate(lines):\n\tprint(number, line)\n",
    "an escape code in each line": "\x1b[31mred\x1b[0m words, and more of them in the same line\n",
    "nothing but control characters": "\x1b\x07\x08\x7f\x9b\u202e",
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--megabytes", type=float, default=2.0, help="of each text (2)")
    parser.add_argument("--runs", type=int, default=5, help="of which the median counts (5)")
    wanted = parser.parse_args()
    print("| text | on a terminal | in a pipe | in pieces | × encoding it |\n| --- | --: | --: | --: | --: |")
    for name, line in TEXTS.items():
        text = line * max(1, int(wanted.megabytes * 1_000_000 / len(line.encode())))
        size = len(text.encode()) / 1_000_000
        pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]

        def in_pieces(pieces: list[str] = pieces) -> None:
            stream = SafeStream()
            for piece in pieces:
                stream.feed(piece)

        whole, piped, split, floor = (
            median_seconds(task, wanted.runs)
            for task in (
                lambda text=text: safe(text),
                lambda text=text: without_controls(text),
                in_pieces,
                lambda text=text: text.encode(),
            )
        )
        rates = " | ".join(f"{size / seconds:,.0f} MB/s" for seconds in (whole, piped, split))
        print(f"| {name} | {rates} | {whole / floor:.1f} |")


def median_seconds(task: Callable[[], object], runs: int) -> float:
    """The median time of a task, in seconds."""
    seconds = []
    for _ in range(runs):
        begin = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
