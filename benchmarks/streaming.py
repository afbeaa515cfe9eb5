"""A long reply on a terminal: our panel beside the raw write, one print at the end, and `Live(Markdown)`.

    python -m benchmarks.streaming [--tokens N ...] [--paced | --unpaced] [--runs N] [--contestants NAME ...] [--full]
    python -m benchmarks.streaming --whole       the whole program: server, SDK, turn, panel

Each contestant shows the same reply in a process of its own, on a pseudo terminal of 100 × 30 that is read as fast as
it writes. The runs take turns, so that a busy machine slows all. The columns, as medians of the runs:

    CPU s      without imports; "× raw" is its ratio to the raw write of the same runs: the floor, mostly the pacing
    ms/chunk   CPU for a token in the first and in the last tenth, which say the same, and the ratio of the two
    pause ms   the longest time in which a key would have had to wait, and the longest in CPU time: where the two are
               far apart, the machine was busy, or the terminal did not read the output
    bytes      written, as a multiple of the reply's
    word s     from when a word was due to when it was read at the terminal, median and longest. Paced, a token is due
               200 times a second, whether the contestant can follow or not; unpaced, all are due at once.
    lag s      from when the last token was due to the last byte

Without --full it takes about five minutes. `Live` is as people write it, and quadratic: a run that takes a minute
longer than the reply lasts "does not finish", and is not tried again.
"""

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import whole_program
from benchmarks.pseudo_terminal import Written, run
from benchmarks.streaming_contestants import CONTESTANTS, ONE_SHOT, OURS, RAW
from benchmarks.streaming_document import MARKER, Document, document

ROOT = Path(__file__).resolve().parent.parent
SIZES = (1000, 5000, 20_000, 50_000)
QUICK_PACED = (1000, 5000)
NAIVE = {name for name in CONTESTANTS if name.startswith("Live")}
NAIVE_QUICK = 5000  # tokens; beyond that it is measured with --full, or when it is asked for by name
RATE = 200.0
GRACE = 60.0  # seconds more than the reply lasts
FLAT = 1.2  # how much more than the first tenth the last may cost
HEAD = (
    f"{'':24} {'CPU s':>7} {'× raw':>6}  {'ms/chunk first → last':>22}  {'pause ms (CPU)':>15}"
    f"  {'bytes':>6}  {'word s p50 / max':>16}  {'lag s':>7}"
)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one run, in seconds."""

    cpu: float
    first_chunk: float | None
    last_chunk: float | None
    pause: float
    cpu_pause: float
    bytes_out: float
    word: float
    longest_word: float
    lag: float


def main() -> None:
    """Print a table for each size and pace, and whether our costs are flat."""
    wanted = arguments()
    if wanted.whole:
        whole_program.report(environ, wanted.tokens or [20_000], wanted.paces)
        return
    print(HEAD)
    verdicts: list[str] = []
    for tokens, rate in plan(wanted):
        reply = document(tokens)
        print(f"\n{tokens:,} tokens, {f'{rate:.0f} a second' if rate else 'all at once'}")
        figures = rounds(reply, tokens, rate, contestants(wanted, tokens), wanted.runs or (3 if wanted.full else 1))
        for name, runs in figures.items():
            print(row(name, runs, figures.get(RAW, [])), flush=True)
        if figures.get(OURS):
            verdicts.append(f"{tokens:7,} {'paced  ' if rate else 'unpaced'} {verdict(figures[OURS])}")
    if verdicts:
        print(f"\nThe last tenth costs our panel at most {FLAT} times the first:", *verdicts, sep="\n")


def arguments() -> argparse.Namespace:
    """The command's arguments. `paces` are in tokens a second; 0 is as fast as they are taken."""
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--full", action="store_true", help="all contestants, sizes and paces, three runs: hours")
    parser.add_argument("--whole", action="store_true", help="stream through the whole program")
    parser.add_argument("--tokens", type=int, nargs="+", help="sizes of the reply")
    parser.add_argument("--runs", type=int, help="of which the median counts (1; with --full 3)")
    parser.add_argument("--contestants", nargs="+", choices=CONTESTANTS, help="(all)")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--paced", dest="paces", action="store_const", const=[RATE], help=f"{RATE:.0f} tokens a second")
    pace.add_argument("--unpaced", dest="paces", action="store_const", const=[0.0], help="as fast as they are taken")
    parser.set_defaults(paces=[0.0, RATE])
    return parser.parse_args()


def plan(wanted: argparse.Namespace) -> Iterator[tuple[int, float]]:
    """The sizes and paces to measure."""
    for rate in wanted.paces:
        usual = SIZES if wanted.full or not rate else QUICK_PACED
        yield from ((tokens, rate) for tokens in wanted.tokens or usual)


def contestants(wanted: argparse.Namespace, tokens: int) -> list[str]:
    """The contestants that show a reply of this size."""
    if wanted.contestants:
        return list(wanted.contestants)
    return [name for name in CONTESTANTS if wanted.full or tokens <= NAIVE_QUICK or name not in NAIVE]


def rounds(
    reply: Document, tokens: int, rate: float, names: Sequence[str], count: int
) -> Mapping[str, Sequence[Figures]]:
    """The figures of all runs by contestant; none for one that does not finish."""
    by_contestant: dict[str, list[Figures]] = {name: [] for name in names}
    late: set[str] = set()
    for _ in range(count):
        for name in names:
            if name in late:
                continue
            if (figures := measure(name, reply, tokens, rate)) is not None:
                by_contestant[name].append(figures)
            else:
                late.add(name)
                by_contestant[name].clear()
    return by_contestant


def environ(home: str) -> dict[str, str]:
    """The environment variables, the same for all contestants."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "PYTHONPATH": str(ROOT),
    }


def measure(name: str, reply: Document, tokens: int, rate: float) -> Figures | None:
    """One run of one contestant; None if it does not finish."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "run.json")
        command = (sys.executable, "-m", "benchmarks.streaming_contestants", name, str(tokens), str(rate), str(log))
        written = run(command, environ(folder), folder, GRACE + (len(reply.tokens) / rate if rate else 0))
        return None if written is None else figures_of(written, json.loads(log.read_text("utf-8")), reply, rate)


def figures_of(written: Written, log: Mapping[str, float], reply: Document, rate: float) -> Figures:
    """The figures of a run: from the output at the terminal and from the contestant's own log."""
    seen = written.first_seen(re.compile(MARKER.pattern.encode()))
    between = 1 / rate if rate else 0.0
    waits = [seen[marker.encode()] - log["began"] - token * between for marker, token in reply.markers.items()]
    return Figures(
        cpu=log["cpu"],
        first_chunk=log["first_chunk"],
        last_chunk=log["last_chunk"],
        pause=log["pause"],
        cpu_pause=log["cpu_pause"],
        bytes_out=len(written.data) / len(reply.text.encode()),
        word=statistics.median(waits),
        longest_word=max(waits),
        lag=written.last - log["began"] - (len(reply.tokens) - 1) * between,
    )


def row(name: str, runs: Sequence[Figures], raw: Sequence[Figures]) -> str:
    """A contestant's line of the table."""
    if not runs:
        return f"{name:24} does not finish"
    cpu = median(runs, "cpu")
    ratio = f"{cpu / median(raw, 'cpu'):6.1f}" if raw else ""
    pauses = f"{1000 * median(runs, 'pause'):.0f} ({1000 * median(runs, 'cpu_pause'):.0f})"
    words = f"{median(runs, 'word'):.3f} / {median(runs, 'longest_word'):.3f}"
    return (
        f"{name:24} {cpu:7.3f} {ratio:>6}  {chunks(name, runs):>22}  {pauses:>15}"
        f"  {median(runs, 'bytes_out'):6.1f}  {words:>16}  {median(runs, 'lag'):7.3f}"
    )


def chunks(name: str, runs: Sequence[Figures]) -> str:
    """A token's cost in the first and the last tenth."""
    if name == ONE_SHOT or any(each.first_chunk is None for each in runs):
        return "–"
    first, last = median(runs, "first_chunk"), median(runs, "last_chunk")
    return f"{1000 * first:.3f} → {1000 * last:.3f} ({last / first:.2f})"


def verdict(ours: Sequence[Figures]) -> str:
    """Whether the last tenth is as cheap as the first, if there are enough paints to judge."""
    if any(each.first_chunk is None for each in ours):
        return "–      too few paints to tell"
    ratio = median(ours, "last_chunk") / median(ours, "first_chunk")
    return f"{'ok    ' if ratio <= FLAT else 'not ok'} {ratio:.2f}"


def median(runs: Sequence[Figures], figure: str) -> float:
    """The median of one figure over all runs."""
    values: list[float] = [getattr(each, figure) for each in runs]
    return statistics.median(values)


if __name__ == "__main__":
    main()
