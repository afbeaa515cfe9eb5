"""Source code -> lines of tokens, all at once or as it arrives.

A Pygments lexer that works by rules knows everything about the text before a place in its stack of states. So code that
is still arriving is lexed from a line start where that stack is known, and never again from its beginning.
"""

import inspect
from collections.abc import Iterable, Iterator
from functools import cache

from pygments.lexer import ExtendedRegexLexer, Lexer, RegexLexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.token import Text, _TokenType

from chatbot_cli.frozen import frozen

TokenText = tuple[_TokenType, str]
CodeLine = tuple[TokenText, ...]  # the tokens of a line, without its newline

UNSETTLED_LINES = 8  # lines that may still look different once more of the code is known, such as an open comment
OLDEST_UNSETTLED_LINE = 60  # for lexers whose state is unknown: so old a line is taken to be settled


@cache
def _known_languages() -> frozenset[str]:
    """Pygments' own names. For any other it would search all installed packages for plug-ins, in mid-reply."""
    return frozenset(alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases)


def lexer_for(language: str) -> Lexer | None:
    """The lexer for what stands behind an opening fence; None for plain text, and for what nobody knows."""
    if language.lower() not in _known_languages():
        return None
    lexer = get_lexer_by_name(language)
    return None if isinstance(lexer, TextLexer) else lexer


def highlight(code: str, language: str) -> list[CodeLine]:
    """The lines of a whole piece of code."""
    if not code:
        return []  # of a fence that is only begun the language is not yet whole: no lexer is loaded for its beginning
    arriving = ArrivingCode(language)
    arriving.add(code)
    return arriving.finish()


@frozen
class _Checkpoint:
    """A line start at which lexing can begin anew: the line's number, its offset, and the stack of states there."""

    line: int
    offset: int
    states: tuple[str, ...]


Lexed = tuple[list[CodeLine], list[_Checkpoint]]


class ArrivingCode:
    """Code that arrives in pieces: hands out each line when its look is settled."""

    def __init__(self, language: str) -> None:
        self._lexer = lexer_for(language)
        self._rules = _by_rules(self._lexer)
        self._text = ""
        self._states: tuple[str, ...] = ("root",)
        self._lexed: Lexed | None = None

    def add(self, text: str) -> None:
        """Add the next piece."""
        if text:
            self._text, self._lexed = self._text + text, None

    def take_settled(self) -> list[CodeLine]:
        """The lines that have become settled since the last call."""
        lines, checkpoints = self._lex()
        settled = [point for point in checkpoints if point.line <= len(lines) - self._unsettled]
        if not settled:
            return []
        last = settled[-1]
        self._text, self._states, self._lexed = self._text[last.offset :], last.states, None
        return lines[: last.line]

    def open_lines(self, partial: str = "") -> list[CodeLine]:
        """The lines that are not settled as they look now, and a line that is only begun."""
        return self._lex_text(self._text + partial)[0] if partial else self._lex()[0]

    def finish(self) -> list[CodeLine]:
        """All lines that are left."""
        lines = self.open_lines()
        self._text, self._lexed = "", None
        return lines

    @property
    def _unsettled(self) -> int:
        """How many of the newest lines may still change."""
        if self._lexer is None:
            return 1  # the one that is being written
        return UNSETTLED_LINES if self._rules else OLDEST_UNSETTLED_LINE

    def _lex(self) -> Lexed:
        if self._lexed is None:
            self._lexed = self._lex_text(self._text)
        return self._lexed

    def _lex_text(self, text: str) -> Lexed:
        if not text:
            return [], []
        text = text if text.endswith("\n") else text + "\n"
        if self._rules is not None:
            tokens, checkpoints = _lex_from(self._rules, text, self._states)
            return _lines_of(tokens), checkpoints
        found = self._lexer.get_tokens_unprocessed(text) if self._lexer else [(0, Text, text)]
        return _lines_of((kind, value) for _, kind, value in found), _every_line_start(text)


def _by_rules(lexer: Lexer | None) -> RegexLexer | None:
    """The lexer if it works by Pygments' rules and can begin with any stack of states, else None."""
    if not isinstance(lexer, RegexLexer) or isinstance(lexer, ExtendedRegexLexer):
        return None
    return lexer if "stack" in inspect.signature(lexer.get_tokens_unprocessed).parameters else None


def _lex_from(lexer: RegexLexer, text: str, states: tuple[str, ...]) -> tuple[list[TokenText], list[_Checkpoint]]:
    """The tokens of the text, lexed from these states, and the line starts at which the states are known."""
    found: list[TokenText] = []
    checkpoints: list[_Checkpoint] = []
    line, at_line_start = 0, False
    by_rules = RegexLexer.get_tokens_unprocessed(lexer, text, states)
    for offset, kind, value in by_rules:
        # A "#!" means something at the very beginning only: it must not get there by being cut off.
        if at_line_start and not text.startswith("#!", offset) and (states_here := _states_at(by_rules, offset)):
            checkpoints.append(_Checkpoint(line, offset, states_here))
        line += value.count("\n")
        at_line_start = value.endswith("\n")
        found.append((kind, value))
    if type(lexer).get_tokens_unprocessed is not RegexLexer.get_tokens_unprocessed:
        # It says more of some tokens than its rules do, such as which names are types.
        found = [(kind, value) for _, kind, value in lexer.get_tokens_unprocessed(text, states)]
    return found, checkpoints


def _states_at(tokens: Iterator[tuple[int, _TokenType, str]], offset: int) -> tuple[str, ...]:
    """The lexer's stack of states before the token at `offset`; empty if it cannot be known.

    Pygments tells it nowhere: it is read from the running generator, whose own position must be this token's start,
    as it is not inside a match that yields several tokens.
    """
    frame = getattr(tokens, "gi_frame", None)
    known = frame.f_locals if frame is not None else {}
    return tuple(known.get("statestack", ())) if known.get("pos") == offset else ()


def _every_line_start(text: str) -> list[_Checkpoint]:
    """For want of states: any line may be where lexing begins anew."""
    starts, offset = [], 0
    for number, line in enumerate(text.split("\n")):
        if number:
            starts.append(_Checkpoint(number, offset, ("root",)))
        offset += len(line) + 1
    return starts


def _lines_of(tokens: Iterable[TokenText]) -> list[CodeLine]:
    """Cut tokens at the ends of lines."""
    lines: list[CodeLine] = []
    line: list[TokenText] = []
    for kind, value in tokens:
        *ended, rest = value.split("\n")
        for part in ended:
            lines.append(tuple(line + [(kind, part)] * bool(part)))
            line = []
        if rest:
            line.append((kind, rest))
    return [*lines, tuple(line)] if line else lines
