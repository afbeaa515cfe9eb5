"""Finds what a text says: names, numbers, dates, lists. It makes nothing up. Pure, but for noting what it has found."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from chatbot_cli.providers.demo.answers import names_in
from chatbot_cli.providers.demo.formats import SHAPES, as_format

NAMES = {"name", "person", "who", "author", "customer", "contact", "employee", "speaker", "sender", "owner", "user"}
PLACES = {"city", "town", "place", "country", "location", "where"}
MONEY = {"price", "cost", "amount", "total", "fee", "budget", "salary"}
OLDEST, FIRST_YEAR, LAST_YEAR = 130, 1000, 2999  # years

_NO_NUMBERS = re.compile("|".join(SHAPES[shape].pattern for shape in ("date", "time", "email", "uri", "ipv4")))
NUMBER = re.compile(r"(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?!\d)(?:\.\d{1,15})?")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_WORDS_BEFORE_NAMES = (
    "i i'm i’m the a an and or but my our we he she it they you this that these those in on at to of for from by with "
    "is are was who what when where why how please extract give list find make turn get read yes no not hi hello dear "
    "there here today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday january february "
    "march april may june july august september october november december"
)
_NO_NAMES = frozenset(_WORDS_BEFORE_NAMES.split())
_SENTENCE = re.compile(r"(?<=[.!?…。！？])\s+|\n+")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,3}[.)])\s+")
_PARTS = re.compile(r"\s*[,;|\t]\s*")
_LISTED = re.compile(r"\s*(?:[,;|]|\band\b|\bor\b|&)\s*")
_NO = re.compile(r"\b(?:no|not|never|none|without|false|cannot)\b|n['’]t\b", re.IGNORECASE)
_YES = re.compile(r"\b(?:yes|true)\b", re.IGNORECASE)


def sentences_of(text: str) -> list[str]:
    """The sentences and lines of a text, without the marks of lists."""
    parts = (_BULLET.sub("", part).strip() for part in _SENTENCE.split(text))
    return [part for part in parts if part]


@lru_cache(maxsize=256)
def _pattern(before: str, words: str, after: str) -> re.Pattern[str]:
    phrase = r"[\s_-]+".join(re.escape(word) for word in words.split())
    return re.compile(before + rf"(?<!\w){phrase}s?(?!\w)" + after, re.IGNORECASE)


class Facts:
    """What texts say, the first text first, and which of it was found already: nothing is found twice.

    `words` are those of a field's name, with blanks between them.
    """

    def __init__(self, text: str, others: Sequence[str] = ()) -> None:
        self.text = text
        self._own = sentences_of(text)
        self._all = self._own + [sentence for other in others for sentence in sentences_of(other)]
        self._found: set[tuple[int, int]] = set()  # sentences and places in them
        self._used: set[int] = set()  # sentences of which something was found

    def shaped(self, shape: str, words: str = "") -> str | None:
        """A date, an address and the like, as formats want it: the one after the field's name, else the first."""
        after = _pattern("", words, rf"\W{{1,3}}(?:\w{{2,5}} )?({SHAPES[shape].pattern})") if words else None
        said = self._take(after, 1, shape) if after else None
        said = said or self._take(SHAPES[shape], 0, shape)
        return said and as_format(shape, said)

    def every_shaped(self, shape: str) -> list[str]:
        """All of them."""
        matches = (match[0] for sentence in self._own for match in SHAPES[shape].finditer(sentence))
        return [said for match in matches if (said := as_format(shape, match))]

    def labelled(self, words: str) -> str | None:
        """What stands after the field's name: `name: Ada`, `the colour is red`."""
        signs = r"\s*(?:[:=]|\b(?:is|was)\b)\s*((?:(?! and | but |[.!?](?:\s|$))[^,;\n]){1,200})"
        return self._take(_pattern("", words, signs), 1)

    def person(self) -> str | None:
        """A name: the one by which the user is called, else words with capital letters."""
        for number, sentence in enumerate(self._all):
            if (names := names_in(sentence)) and (number, -1) not in self._found:
                self._found.add((number, -1))
                return self._use(number, sentence.find(names[-1]), names[-1])
        return self.capitalized()

    def capitalized(self, after: str = "") -> str | None:
        """The first words with capital letters, behind a word such as "in" if it is named."""
        for number, sentence in enumerate(self._all):
            for start, name in _capitalized(sentence):
                behind = not after or re.search(rf"\b(?:{after})\s+$", sentence[:start], re.IGNORECASE)
                is_label = sentence[start + len(name) :].lstrip().startswith(":")
                if behind and not is_label and (number, start) not in self._found and not any(map(str.isdigit, name)):
                    return self._use(number, start, name)
        return None

    def number(self, words: str, accepts: Callable[[float], bool]) -> float | None:
        """A number: the one next to the field's name, else the first one that makes sense there."""
        last = words.split()[-1] if words else ""
        near = [_pattern("", words, r"\W{0,3}(?:(?:is|are|was|of|at)\W{1,2})?$")] if words else []
        next_to = [_pattern(r"^[^\w\d]{0,2}", last, "")] if last else []
        next_to += [re.compile(r"^[\s-]{0,2}(?:years?|yrs?)\b")] if last == "age" else []
        near += [re.compile(r"\b(?:am|is|['’]m|aged|turned)\s$", re.IGNORECASE)] if last == "age" else []
        near += [re.compile(r"[$€£¥]\s?$")] if last in MONEY else []
        tests = ([("before", pattern) for pattern in near], [("after", pattern) for pattern in next_to], [("", NUMBER)])
        for kind in tests:
            for number, start, text, sentence in self._numbers():
                end, value = start + len(text), as_number(text)
                sides = {"before": sentence[max(0, start - 60) : start], "after": sentence[end : end + 40], "": text}
                if any(pattern.search(sides[side]) for side, pattern in kind) and accepts(value) and _fits(last, value):
                    self._use(number, start, text)
                    return value
        return None

    def every_number(self) -> list[float]:
        """All numbers of the first text."""
        return [as_number(text) for number, _, text, _ in self._numbers() if number < len(self._own)]

    def holds(self, value: str) -> bool:
        """Whether a word or words stand in the texts."""
        for number, sentence in enumerate(self._all):
            if value.strip() and (match := _pattern("", value, "").search(sentence)):
                self._use(number, match.start(), value)
                return True
        return False

    def truth(self, words: str) -> bool | None:
        """Whether something is so, as far as a text says it."""
        for number, sentence in enumerate(self._all):
            if words and _pattern("", words, "").search(sentence):
                self._used.add(number)
                return not _NO.search(sentence)
        for number, sentence in enumerate(self._all):
            if _YES.search(sentence) or re.match(r"no\b", sentence, re.IGNORECASE):
                self._used.add(number)
                return bool(_YES.search(sentence))
        return None

    def listed(self, words: str) -> list[str]:
        """The items of a list: behind the field's name, behind number signs, or with marks before them."""
        pattern = _pattern("", words, r"\s*(?:[:=]|\b(?:are|include)\b)\s*([^\n]{1,2000})")
        if words and (said := self._take(pattern, 1)):
            return [item for item in _LISTED.split(said.rstrip(". ")) if item]
        if tags := re.findall(r"(?<!\w)#(\w+)", self.text):
            return tags
        return [_BULLET.sub("", line).strip() for line in self.text.splitlines() if _BULLET.match(line)]

    def sentence(self, words: str, *, is_needed: bool) -> str | None:
        """The sentence that has the field's name in it, else the first of which nothing was found.

        If a text `is_needed`, any sentence will do.
        """
        for number, sentence in enumerate(self._own):
            if words and number not in self._used and _pattern("", words, "").search(sentence):
                return self._use(number, 0, sentence)
        parts = _PARTS.split(self._own[0]) if len(self._own) == 1 else []
        if len(parts) > 1 and all(len(part.split()) <= 4 for part in parts):
            return self._part(parts)
        unused = next((number for number in range(len(self._own)) if number not in self._used), None)
        if unused is not None:
            return self._use(unused, 0, self._own[unused])
        return self._own[0] if is_needed and self._own else None

    def _part(self, parts: list[str]) -> str | None:
        """The first part of a line such as `Ada, 36, London` of which nothing was found."""
        at = 0
        for part in parts:
            start = self._own[0].find(part, at)
            at = start + len(part)
            if part and not any(start <= place < at for number, place in self._found if number == 0):
                return self._use(0, start, part)
        return None

    def _numbers(self) -> Iterator[tuple[int, int, str, str]]:
        """The numbers that were not found yet: of which sentence, where and as what, and the sentence."""
        for number, sentence in enumerate(self._all):
            for match in NUMBER.finditer(_without_dates(sentence)):
                if (number, match.start()) not in self._found:
                    yield number, match.start(), match[0], sentence

    def _take(self, pattern: re.Pattern[str], group: int = 0, shape: str = "") -> str | None:
        for number, sentence in enumerate(self._all):
            for match in pattern.finditer(sentence):
                said = match[group].strip()
                if (number, match.start(group)) not in self._found and said and as_format(shape, said):
                    return self._use(number, match.start(group), said)
        return None

    def _use(self, number: int, start: int, what: str) -> str:
        self._found.add((number, start))
        self._used.add(number)
        return what


@lru_cache(maxsize=64)
def _without_dates(sentence: str) -> str:
    """The sentence with blanks where its numbers are no numbers."""
    return _NO_NUMBERS.sub(lambda match: " " * len(match[0]), sentence)


def as_number(text: str) -> float:
    """A number as JSON has it: whole if it is written so."""
    plain = text.replace(",", "").replace("−", "-")
    return float(plain) if "." in plain else int(plain)


def _fits(word: str, value: float) -> bool:
    if word == "age":
        return 0 <= value <= OLDEST
    return word != "year" or FIRST_YEAR <= value <= LAST_YEAR


def _capitalized(sentence: str) -> Iterator[tuple[int, str]]:
    """Words with capital letters, those next to each other as one, and where they begin."""
    start, end = -1, -1
    for match in _WORD.finditer(sentence):
        is_name = match[0][0].isupper() and match[0].lower() not in _NO_NAMES
        if is_name and start >= 0 and sentence[end : match.start()] == " ":
            end = match.end()
            continue
        if start >= 0:
            yield start, sentence[start:end]
        start, end = (match.start(), match.end()) if is_name else (-1, -1)
    if start >= 0:
        yield start, sentence[start:end]
