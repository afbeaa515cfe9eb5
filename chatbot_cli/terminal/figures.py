"""The figures of a turn in words: tokens, seconds and price of a reply, and a price that rises. Pure."""

from collections.abc import Sequence

from chatbot_cli.chat.events import PriceRises, ReplyEnded, TokensUsed
from chatbot_cli.text.counts import counted, dollars
from chatbot_cli.text.safe import one_line

UNKNOWN = "price unknown"
SHORTEST = 0.05  # seconds, below which a speed means nothing


def footers(ended: ReplyEnded, calls: int = 0) -> Sequence[str]:
    """The line below a reply: why it is not whole, who answered in another's place, the `calls`, then its figures.

    The fullest wording comes first, the shortest last.
    """
    used, seconds = ended.used, f"{ended.seconds:.1f} s"
    who = one_line(ended.stood_in)
    ending = _joined(ended.ending.in_words(ended.reason), who, counted(calls, "call") if calls else "")
    if used is None:
        return [_joined(ending, seconds, "" if ended.is_free else UNKNOWN), _joined(ending, seconds)]
    speed, price = _speed(used, ended.seconds, "/s"), _price(used)
    cached = f" ({used.cached:,} cached)" if used.cached else ""
    thinking = f" ({used.reasoning:,} thinking)" if used.reasoning else ""
    sent, received = f"{used.sent:,} sent", f"{used.reply:,} received"
    return [
        _joined(ending, f"{used.sent:,} tokens sent{cached}, {received}{thinking}", seconds, speed, price),
        _joined(ending, f"{sent}{cached}, {received}{thinking}", seconds, speed, price),
        _joined(ending, f"{sent}{cached}, {received}{thinking}", seconds, price),
        _joined(ending, f"{sent}{cached}, {received}", seconds, price),
        _joined(ending, f"{sent}, {received}", seconds, price),
        _joined(ending, f"{sent}, {received}", price),
    ]


def figures_in_a_sentence(ended: ReplyEnded, calls: int = 0) -> str:
    """The figures for somebody who listens: no signs between them; empty without the server's count of tokens."""
    who = f"{one_line(ended.stood_in)} answered" if ended.stood_in else ""
    used, called = ended.used, "; ".join(filter(None, (who, counted(calls, "call") if calls else "")))
    if used is None:
        return called
    cached = f", {used.cached:,} of them cached" if used.cached else ""
    thinking = f", {used.reasoning:,} of them thinking" if used.reasoning else ""
    time = ", ".join(filter(None, (f"{ended.seconds:.1f} s", _speed(used, ended.seconds, " a second"))))
    tokens = f"{used.sent:,} tokens sent{cached}; {used.reply:,} received{thinking}"
    return "; ".join(filter(None, (called, tokens, time, _price(used))))


def price_rise_in_words(rises: PriceRises) -> str:
    """A sentence that names a step of the price before, or as, it is crossed."""
    tokens = f"{'~' if rises.is_estimate else ''}{rises.tokens:,} tokens"
    request, costs = f"This request has {tokens}", f"each token sent costs {_times(rises.times)}"
    if rises.tokens > rises.step:
        return f"{request}, more than {rises.step:,}: from here on, {costs}."
    return f"{request}; above {rises.step:,}, {costs}."


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _speed(used: TokensUsed, seconds: float, unit: str) -> str:
    """Tokens received in a second, from the request to the end of the reply."""
    if seconds < SHORTEST or not used.reply:
        return ""
    speed = used.reply / seconds
    return f"{speed:,.0f}{unit}" if speed >= 10 else f"{speed:.1f}{unit}"


def _price(used: TokensUsed) -> str:
    """Nothing is said of what costs nothing: the demo, and a model on the user's own machine."""
    if used.cost is None:
        return UNKNOWN
    return dollars(used.cost) if used.cost else ""


def _times(times: float) -> str:
    rounded = round(times, 1)
    if rounded <= 1:
        return "more"
    return "twice as much" if rounded == 2 else f"{rounded:g} times as much"
