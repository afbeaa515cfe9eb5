"""Bold, italic and struck text where models write it, though CommonMark's rule has no eye for it.

The rule asks what is on both sides of the marks, and takes letters without blanks between words for one word. So
`**你好：**世界` would not be bold, while `2*3*4` would lose its signs.
"""

import re
from collections.abc import Callable
from typing import Final

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

Rule = Callable[[StateInline, bool], bool]

# Chinese, Japanese and Korean letters, and the punctuation and wide forms that go with them.
_CJK: Final = re.compile(
    "[\u1100-\u11ff\u2e80-\u303f\u3040-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
_ALONE: Final = frozenset({"/.", '""', "''", "()"})  # around an asterisk that is meant: `src/*.py`, `"*"`
LONGEST_WORD: Final = 40
_OPENED_IN_WORD: Final = re.compile(r"(?:^|[^\w)\]])\*[^\s*]+$")  # as in `*P*ersonal`

_OPENING: Final = frozenset("“‘«‹„‚")
_CLOSING: Final = frozenset("”’»›“")
_ENDS_WORDS: Final = frozenset(':.!?,;"…،؛؟।') | _CLOSING  # before marks of bold text that is followed by a letter


def in_any_script(rule: Rule) -> Rule:
    """The rule that finds marks, with our judgement of what they may begin and end."""

    def found(state: StateInline, silent: bool) -> bool:
        start, known = state.pos, len(state.delimiters)
        if not rule(state, silent):
            return False
        if state.src[start] != "_":  # inside a word, as in snake_case, it is none
            before = state.src[start - 1] if start else " "
            after = state.src[state.pos] if state.pos < state.posMax else " "
            for mark in state.delimiters[known:]:
                _judge(mark, before, after, state.pos - start)
                if state.pos == start + 1 and _is_operator(before, after, 1):
                    mark.close = bool(_OPENED_IN_WORD.search(state.src, max(0, start - LONGEST_WORD), start))
        return True

    return found


def _judge(mark: Delimiter, before: str, after: str, count: int) -> None:
    """Amend what the mark may do, which stands between these two characters."""
    if before.isspace() or after.isspace():
        return
    if _CJK.match(before) or _CJK.match(after):
        mark.open = mark.close = True
    elif before + after in _ALONE:
        mark.open = mark.close = False
    elif _is_operator(before, after, count):
        mark.open = False
    elif after in _OPENING:
        mark.open = True
    elif count > 1 and after.isalnum() and (before in _ENDS_WORDS or (before in ")]" and not after.isascii())):
        mark.close = True


def _is_operator(before: str, after: str, count: int) -> bool:
    """Whether it looks like a product or a power: `a*b`, `(x+1)*2`, `x**2`."""
    if not (before.isascii() and (before.isalnum() or before in ")]")):
        return False
    return after.isascii() and (after.isalnum() if count == 1 else after.isdigit())
