"""`<br>` as a line break. Where it is only mentioned, as in `the <br> tag`, it stays what it is."""

import re

from markdown_it.rules_inline import StateInline

TAG = r"<[bB][rR]\s*/?>"

_BREAK = re.compile(rf"{TAG}(?P<after>[ \t]*\n?[ \t]*)")
_BEFORE_A_MENTION = re.compile(r"[\s(\[\"'“‘「]?")
_GOES_ON = re.compile(r"$|[ \t]*(?:\n|$)|[\w*`\[<]")


def line_break(state: StateInline, silent: bool) -> bool:
    """Break the line. At the beginning and the end of a text there is nothing to break."""
    match = _BREAK.match(state.src, state.pos, state.posMax)
    if not match or _is_mentioned(state, match.start("after")):
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")
        if state.pos > 0 and match.end() < state.posMax:
            state.push("hardbreak", "br", 0)
    state.pos = match.end()
    return True


def _is_mentioned(state: StateInline, after: int) -> bool:
    before = state.src[state.pos - 1 : state.pos] if state.pos else ""
    return bool(_BEFORE_A_MENTION.fullmatch(before)) and not _GOES_ON.match(state.src, after, state.posMax)
