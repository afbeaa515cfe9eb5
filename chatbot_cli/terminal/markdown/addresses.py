"""Addresses in a text (URLs), taken whole: what is shown is the address as the model wrote it, byte for byte."""

import re
import unicodedata

from markdown_it.rules_inline import StateInline, autolink

# Any scheme; `www.` and `mailto:` as well.
BEGINS = r"(?<![A-Za-z0-9])(?:[A-Za-z][A-Za-z0-9+.-]{1,30}://|[wW]{3}\.(?=\w)|mailto:(?=[^\s<>@]+@))"

_BEGINS = re.compile(BEGINS)
# `vector<std::string>` has no address in it.
_IN_BRACKETS = re.compile(r"<(?P<address>(?:[A-Za-z][A-Za-z0-9+.-]{1,31}://|mailto:|tel:|urn:|doi:)[^<>\x00-\x20]+)>")
_NO_MAIL = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:")
_NEVER_INSIDE = re.compile(r"[\s<>\"`\x00-\x1f]|&(?:lt|gt|quot|nbsp);")
_PUNCTUATION = ".,:;!?'\\"  # at its end
_MARKS = "*_~"
_END_OF_BOLD = re.compile(r"(?:\*\*|~~)(?![/.])")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_LOOK_BACK = 1_000  # characters of a line before an address

# Scripts that have no blanks between words: what stands right after a Latin letter is the sentence going on.
_WITHOUT_BLANKS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7ff"
    "\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
_BEFORE_SUCH = "/=_-%?#&+(@:"


def address(state: StateInline, silent: bool) -> bool:
    """Take an address before anything in it can be taken for a mark."""
    if not (begin := _BEGINS.match(state.src, state.pos, state.posMax)):
        return False
    end = _end(state.src, state.pos, begin.end(), state.posMax)
    if end <= begin.end():
        return False
    if not silent:
        _push(state, state.src[state.pos : end])
    state.pos = end
    return True


def in_angle_brackets(state: StateInline, silent: bool) -> bool:
    """The same for `<https://example.org>`."""
    if not (match := _IN_BRACKETS.match(state.src, state.pos, state.posMax)):
        return not _NO_MAIL.match(state.src, state.pos) and autolink(state, silent)
    if not silent:
        _push(state, match["address"])
    state.pos = match.end()
    return True


def _push(state: StateInline, address: str) -> None:
    if state.linkLevel:  # the text of a link
        state.append_pending(address)
        return
    state.push("link_open", "a", 1).attrs = {"href": address}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)


def _end(text: str, start: int, inside: int, limit: int) -> int:
    """Where the address ends that begins at `start`; `inside` is where its host does."""
    before = text[max(text.rfind("\n", 0, start) + 1, start - _LOOK_BACK) : start]
    end = _first_that_is_not_inside(text, inside, limit)
    marks = _MARKS if text[end : end + 1] > "\x7f" else "".join(mark for mark in _MARKS if mark in before)
    for match in _END_OF_BOLD.finditer(text, inside, end):
        if before.count(match[0]) % 2:  # it is inside bold text, which ends at the last such mark
            end = match.start()
    while end > inside and (text[end - 1] in _PUNCTUATION or text[end - 1] in marks):
        end -= 1
    return end


def _first_that_is_not_inside(text: str, start: int, limit: int) -> int:
    """Brackets are inside if they are closed there, as in `/wiki/C_(language)`."""
    closing: list[str] = []
    for position in range(start, limit):
        character = text[position]
        if character in _CLOSING:
            closing.append(_CLOSING[character])
        elif character in ")]}":
            if closing[-1:] != [character]:
                return position
            closing.pop()
        elif _NEVER_INSIDE.match(text, position) or not (character.isascii() or _is_inside(text, position)):
            return position
    return limit


def _is_inside(text: str, position: int) -> bool:
    """Whether a letter that is not ASCII belongs to the address before it."""
    character, before = text[position], text[position - 1]
    if unicodedata.category(character)[0] not in "LMN":
        return False
    if not _WITHOUT_BLANKS.match(character):
        return before not in "*~"
    if before == ".":
        before = text[position - 2]
    return before in _BEFORE_SUCH or bool(_WITHOUT_BLANKS.match(before))
