"""The citations of a reply: which of the passages that were sent it cites, and what in it is not so (pure).

Each step takes a time that grows with the length of the reply, and no more.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice

from chatbot_cli.chat.passages import Citations, Passage, Unit
from chatbot_cli.text.json_documents import is_json_document

FEWEST_WORDS = 8  # of a quotation that is checked: a shorter one may be a saying, or a title
FEWEST_CHARACTERS = 20  # of one in a script without blanks between words
MOST_QUOTATIONS = 500  # that are looked for
LONGEST_QUOTATION = 2_000  # characters; after a lone quotation mark no more is looked at
WIDEST_RANGE = 50  # passages in "[1-3]"; more than that is no citation

# The patterns are texts: they are compiled when the first reply is read that was sent passages.
_GROUP = r"\^?\d{1,3}(?:\s{0,2}[,;–—-]\s{0,2}\^?\d{1,3}){0,20}"
_NUMBERS = rf"\[({_GROUP})\](?!\()|【({_GROUP})(?:†[^】\n]{{0,80}})?】|［({_GROUP})］"
_DEFINITION = r"(?m)^ {0,3}\[(\d{1,3})\]:\s+(?:https?://|<|/|#)"  # of a Markdown link
_ONE_OR_RANGE = r"(\d+)(?:\s*[–—-]\s*\^?(\d+))?"
_FENCE = r" {0,3}(?:> ?){0,3}(?:[-*+] {1,3}|\d{1,3}[.)] {1,3})? *(`{3,}|~{3,})"
_TICKS = r"`+|\n[ \t]*(?=\n)"  # a run of them, or the end of a paragraph
_JSON_TEXT = r'"((?:[^"\\]|\\.)*)"'
_UP_TO = f"{{1,{LONGEST_QUOTATION}}}"
_QUOTATION = (
    rf"[“„]([^“”„]{_UP_TO})[”“]|«([^«»]{_UP_TO})»|[「『]([^「」『』]{_UP_TO})[」』]"
    rf'|(?<![\w"])"(?=\S)([^"]{_UP_TO})"(?!\w)'
)
_LEFT_OUT = r"\[?(?:…|\.{3,})\]?"
_NOT_OF_THE_WORDS = r"[*_`~\\\u00ad\u200b-\u200d\ufeff\"'“”„«»‹›『』「」″‘’‚′´]|<[^<>\n]{0,60}>"
_BEFORE_A_SIGN = " (?=[,.;:!?])"
_HYPHENS = "[‐‑‒–—−]"
_WITHOUT_BLANKS = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff]"


def citations_in(reply: str, passages: Sequence[Passage], question: str = "") -> Citations:
    """The citations of a reply to which these passages were sent. What it quotes of the question is no misquotation."""
    by_number = {one.number: one for one in passages}
    prose = _texts_of_data(reply) if '"' in reply and is_json_document(reply) else _without_fences(reply)
    numbers = list(dict.fromkeys(_numbers(_without_ticks(prose))))
    quotations = list(dict.fromkeys(islice(_quotations(prose), MOST_QUOTATIONS)))
    cited = tuple(by_number[number] for number in numbers if number in by_number)
    return Citations(
        cited,
        tuple(number for number in numbers if number not in by_number),
        tuple(_misquoted(filter(_is_long, quotations), passages, question)),
        tuple(_first_line(one, quotations) for one in cited),
    )


def _texts_of_data(document: str) -> str:
    """The texts in a JSON document: its lists of numbers are no citations."""
    return "\n\n".join(text.replace('\\"', "“") for text in re.findall(_JSON_TEXT, document))


def _without_fences(text: str) -> str:
    """A Markdown text without its blocks of code."""
    lines, fence, fences = [], "", re.compile(_FENCE)
    for line in text.split("\n"):
        found = fences.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line[found.end() :].strip(" \r"):
                fence = ""
            lines.append("")
        elif found and (found[1][0] == "~" or "`" not in line[found.end() :]):
            fence = found[1]
            lines.append("")
        else:
            lines.append(line)
    return "\n".join(lines)


def _without_ticks(text: str) -> str:
    """The text without what is between two runs of as many backticks, in the same paragraph."""
    if "`" not in text:
        return text
    runs = list(re.finditer(_TICKS, text))
    closing: list[int | None] = [None] * len(runs)
    latest: dict[int, int] = {}  # the next run of so many backticks
    for index in range(len(runs) - 1, -1, -1):
        run = runs[index][0]
        if run[0] != "`":
            latest.clear()
            continue
        closing[index] = latest.get(len(run))
        latest[len(run)] = index
    parts, begin, index = [], 0, 0
    while index < len(runs):
        end = closing[index]
        if end is not None:
            parts += [text[begin : runs[index].start()], " "]
            begin, index = runs[end].end(), end
        index += 1
    return "".join((*parts, text[begin:]))


def _numbers(prose: str) -> Iterator[int]:
    links = {int(number) for number in re.findall(_DEFINITION, prose)}
    for found in re.finditer(_NUMBERS, prose):
        group = next(filter(None, found.groups()))
        for first, last in re.findall(_ONE_OR_RANGE, group):
            low, high = int(first), int(last or first)
            whole = range(low, high + 1) if 0 <= high - low < WIDEST_RANGE else (low, high)
            yield from (number for number in whole if number not in links)


def _misquoted(quotations: Iterable[str], passages: Sequence[Passage], question: str) -> Iterator[str]:
    """The quotations that stand in none of the passages."""
    if not (found := list(quotations)):
        return
    # Parts of a document may follow each other, and a quotation may reach from one to the next.
    texts = " ".join(folded(one.text) for one in sorted(passages, key=lambda one: one.number))
    said = (texts, folded(question))
    for quotation in found:
        if not any(_stands_in(quotation, text) for text in said):
            yield quotation


def _quotations(prose: str) -> Iterator[str]:
    """What is in quotation marks, without line breaks; no single words."""
    for found in re.finditer(_QUOTATION, prose):
        quotation = next(filter(None, found.groups()))
        words = re.sub(_NUMBERS, "", quotation).split()
        if "\n\n" not in quotation and (len(words) > 1 or _is_long(quotation)):
            yield " ".join(words)


def _is_long(quotation: str) -> bool:
    if len(quotation.split()) >= FEWEST_WORDS:
        return True
    return len(quotation) >= FEWEST_CHARACTERS and len(re.findall(_WITHOUT_BLANKS, quotation)) >= FEWEST_CHARACTERS


def _stands_in(quotation: str, text: str) -> bool:
    """Whether all of a quotation is there, in order; it may leave out what "…" stands for."""
    begin = 0
    for part in re.split(_LEFT_OUT, quotation):
        words = _bare(part)
        begin = text.find(words, begin)
        if begin < 0:
            return False
        begin += len(words)
    return True


def _first_line(passage: Passage, quotations: Sequence[str]) -> int:
    """The line of its document in which the first of the quotations begins that stands in a passage.

    It is that of the passage if none does, or if its lines are not those of the document.
    """
    place, lines = passage.place, passage.text.rstrip("\n").split("\n")
    if place.unit is not Unit.LINE or len(lines) != place.last - place.first + 1:
        return place.first
    numbered = [(number, words) for number, line in enumerate(lines, place.first) if (words := folded(line))]
    begins = list(accumulate((len(words) + 1 for _, words in numbered), initial=0))
    text = " ".join(words for _, words in numbered)
    for quotation in quotations:
        words = _bare(re.split(_LEFT_OUT, quotation)[0])
        if words and (begin := text.find(words)) >= 0:
            return numbered[bisect_right(begins, begin) - 1][0]
    return place.first


def _bare(words: str) -> str:
    """Words folded, without the signs around them."""
    return folded(words).strip(" .,;:!?()-")


def folded(text: str) -> str:
    """A text so that it equals another that differs in blanks, quotation marks, hyphens, case and Markdown only."""
    import unicodedata  # imported here: most replies quote no documents

    plain = re.sub(_NOT_OF_THE_WORDS, "", unicodedata.normalize("NFKC", text))
    return re.sub(_BEFORE_A_SIGN, "", " ".join(re.sub(_HYPHENS, "-", plain).casefold().split()))
