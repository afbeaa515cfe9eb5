"""Turns source code into lines of tokens, all at once or while it arrives.

The stack of states of a rule-based Pygments lexer holds everything that it knows about the text read so far. So code
that is still arriving is lexed from a line start at which the stack is known, and never again from its beginning.
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

UNSETTLED_LINES = 8  # the newest lines, which later code may still change, such as by closing a comment
OLDEST_UNSETTLED_LINE = 60  # for lexers whose states are unknown: older lines are taken as settled


@cache
def _known_languages() -> frozenset[str]:
    """The names of Pygments' own lexers. For other names Pygments searches all installed packages, which takes long."""
    return frozenset(alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases)


def lexer_for(language: str) -> Lexer | None:
    """The lexer for the language of a fence; None for plain text and unknown languages."""
    if language.lower() not in _known_languages():
        return None
    lexer = get_lexer_by_name(language)
    return None if isinstance(lexer, TextLexer) else lexer


def highlight(code: str, language: str) -> list[CodeLine]:
    """The lines of code that is complete."""
    if not code:
        return []  # the language of a fence may still be arriving: no lexer is loaded for half a name
    arriving = ArrivingCode(language)
    arriving.add(code)
    return arriving.finish()


@frozen
class _Checkpoint:
    """A line start from which lexing can continue: the number of the line, its offset, and the stack of states."""

    line: int
    offset: int
    states: tuple[str, ...]


Lexed = tuple[list[CodeLine], list[_Checkpoint]]


class ArrivingCode:
    """Code that arrives in pieces. Hands out each line once its tokens are settled."""

    def __init__(self, language: str) -> None:
        self._lexer = lexer_for(language)
        self._rule_lexer = _as_rule_lexer(self._lexer)
        self._text = ""
        self._states: tuple[str, ...] = ("root",)
        self._lexed: Lexed | None = None

    def add(self, text: str) -> None:
        """Append the next piece of the code."""
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
        """The unsettled lines as they look now. The last one ends in `partial`, the beginning of a line."""
        return self._lex_text(self._text + partial)[0] if partial else self._lex()[0]

    def finish(self) -> list[CodeLine]:
        """All remaining lines; the code is complete."""
        lines = self.open_lines()
        self._text, self._lexed = "", None
        return lines

    @property
    def _unsettled(self) -> int:
        """The number of the newest lines that may still change."""
        if self._lexer is None:
            return 1  # the line that is arriving
        return UNSETTLED_LINES if self._rule_lexer else OLDEST_UNSETTLED_LINE

    def _lex(self) -> Lexed:
        if self._lexed is None:
            self._lexed = self._lex_text(self._text)
        return self._lexed

    def _lex_text(self, text: str) -> Lexed:
        if not text:
            return [], []
        text = text if text.endswith("\n") else text + "\n"
        if self._rule_lexer is not None:
            tokens, checkpoints = _lex_from(self._rule_lexer, text, self._states)
            return _lines_of(tokens), checkpoints
        with_offsets = self._lexer.get_tokens_unprocessed(text) if self._lexer else [(0, Text, text)]
        return _lines_of((kind, value) for _, kind, value in with_offsets), _every_line_start(text)


def _as_rule_lexer(lexer: Lexer | None) -> RegexLexer | None:
    """The lexer if it is rule-based and can begin with any stack of states, else None."""
    if not isinstance(lexer, RegexLexer) or isinstance(lexer, ExtendedRegexLexer):
        return None
    return lexer if "stack" in inspect.signature(lexer.get_tokens_unprocessed).parameters else None


def _lex_from(lexer: RegexLexer, text: str, states: tuple[str, ...]) -> tuple[list[TokenText], list[_Checkpoint]]:
    """The tokens of a text that begins in these states, and the line starts at which the states are known."""
    tokens: list[TokenText] = []
    checkpoints: list[_Checkpoint] = []
    line, at_line_start = 0, False
    with_offsets = RegexLexer.get_tokens_unprocessed(lexer, text, states)
    for offset, kind, value in with_offsets:
        # No checkpoint before a "#!": at the beginning of the text it would be read as a shebang.
        if at_line_start and not text.startswith("#!", offset) and (states_here := _states_at(with_offsets, offset)):
            checkpoints.append(_Checkpoint(line, offset, states_here))
        line += value.count("\n")
        at_line_start = value.endswith("\n")
        tokens.append((kind, value))
    if type(lexer).get_tokens_unprocessed is not RegexLexer.get_tokens_unprocessed:
        # This lexer refines some tokens after its rules, such as which names are types.
        tokens = [(kind, value) for _, kind, value in lexer.get_tokens_unprocessed(text, states)]
    return tokens, checkpoints


def _states_at(tokens: Iterator[tuple[int, _TokenType, str]], offset: int) -> tuple[str, ...]:
    """The lexer's stack of states before the token at `offset`; empty if it is unknown.

    Pygments does not publish the stack, so it is read from the local variables of the running generator. Inside a match
    that yields several tokens the generator's position differs from `offset`, and the stack is unknown.
    """
    frame = getattr(tokens, "gi_frame", None)
    variables = frame.f_locals if frame is not None else {}
    return tuple(variables.get("statestack", ())) if variables.get("pos") == offset else ()


def _every_line_start(text: str) -> list[_Checkpoint]:
    """A checkpoint at every line start, for a lexer whose states are unknown."""
    starts, offset = [], 0
    for number, line in enumerate(text.split("\n")):
        if number:
            starts.append(_Checkpoint(number, offset, ("root",)))
        offset += len(line) + 1
    return starts


def _lines_of(tokens: Iterable[TokenText]) -> list[CodeLine]:
    """Split the tokens into lines."""
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
