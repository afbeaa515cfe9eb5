"""What the demo model answers from: passages and files of the newest message. It quotes, and makes nothing up."""

import re
from collections.abc import Iterator

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Message
from chatbot_cli.frozen import frozen
from chatbot_cli.text.counts import counted
from chatbot_cli.text.short import shorten

QUOTED_AT_MOST = 2  # passages
LONGEST_QUOTE = 300  # characters
COMMON = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "has",
        "have",
        "how",
        "i",
        "in",
        "is",
        "it",
        "its",
        "me",
        "my",
        "of",
        "on",
        "or",
        "our",
        "so",
        "that",
        "the",
        "their",
        "there",
        "this",
        "to",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "tell",
        "say",
        "about",
        "please",
    ]
)
_BLOCK = r'\A<documents id="(?P<id>\w+)">\n(?P<passages>.*?)\n</documents id="(?P=id)">(?:\n\n|\Z)'
_PASSAGE = r"(?ms)^\[(\d+)\] ([^\n]*)\n(.*?)(?=^\[\d+\] |\Z)"
_FILE = r"\A(?P<name>[^\n]{1,300}):\n(?P<fence>`{3,})\n(?P<text>.*?)\n?(?P=fence)(?:\n\n|\Z)"
_SENTENCE = r"(?<=[.!?])\s+|(?<=[。！？])\s*|\n\s*\n|\n(?=\s*(?:[-*•–|>#]|\d{1,3}[.)]|`{3}))"
_WORD = r"\w+"
_UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff]+"  # Chinese and Japanese have no blanks: two characters are a word


@frozen
class Material:
    """A user's message, taken apart: a `mark` such as "[1]" with each text to answer from, and the question itself."""

    texts: tuple[tuple[str, str], ...]
    images: tuple[str, ...]
    question: str
    has_passages: bool = False


def material_of(message: Message) -> Material:
    """What a message holds beside its question."""
    rest, texts, has_passages = message.content, [], False
    if block := re.match(_BLOCK, rest, re.DOTALL):
        texts += [(f"[{number}]", text) for number, _, text in re.findall(_PASSAGE, block["passages"])]
        rest, has_passages = rest[block.end() :], True
    while file := re.match(_FILE, rest, re.DOTALL):
        texts.append((f"({file['name']})", file["text"]))
        rest = rest[file.end() :]
    images = tuple(one.name for one in message.parts if isinstance(one, Attachment) and one.is_image)
    return Material(tuple(texts), images, rest, has_passages)


def answer_from(material: Material) -> str:
    """The sentences that have most words of the question, each quoted with its mark; empty if there is no material."""
    if not (material.texts or material.images):
        return ""
    names = ", ".join(material.images)
    seen = f"You attached {names}; I am the demo model, and see no images." if names else ""
    if not material.texts:
        return seen
    wanted = _words(material.question)
    best = sorted(_best_of_each(material.texts, wanted), key=lambda one: -one[0])
    if not best:
        where = counted(len(material.texts), "passage" if material.has_passages else "file")
        return f"{seen} I was sent {where}, and no sentence there has a word of your question.".strip()
    most = best[0][0]
    quotes = [f"“{quote}” {mark}" for score, mark, quote in best[:QUOTED_AT_MOST] if 2 * score > most]
    source = "your documents say" if material.has_passages else "the file says"
    return f"{seen} I only quote; {source}: {' '.join(quotes)}".strip()


def told_in(message: Message) -> str:
    """What data is drawn from: of passages the best sentences, of files all, and then the question itself."""
    material = material_of(message)
    texts = [text for _, text in material.texts]
    if material.has_passages:
        best = sorted(_best_of_each(material.texts, _words(material.question)), key=lambda one: -one[0])
        texts = [quote for _, _, quote in best] or texts
    return "\n".join((*texts, material.question))


def _best_of_each(texts: tuple[tuple[str, str], ...], wanted: set[str]) -> Iterator[tuple[int, str, str]]:
    """Of each text that has some of the wanted words: how many its best sentence has, its mark, and the sentence.

    The words of a heading count for the sentences under it.
    """
    for mark, text in texts:
        best, heading, quote = (0, 0), set[str](), ""
        for sentence in (" ".join(part.split()) for part in re.split(_SENTENCE, text)):
            own = wanted & _words(sentence)
            if sentence.startswith("#"):
                heading = own
            elif own and (score := (len(own | heading), len(own))) > best:
                best, quote = score, sentence
        if quote:
            yield best[0], mark, shorten(quote, LONGEST_QUOTE)


def _words(text: str) -> set[str]:
    """The words of a text that say something, without their endings."""
    words = (word.lower() for word in re.findall(_WORD, text))
    pairs = (run[at : at + 2] for run in re.findall(_UNSPACED, text) for at in range(len(run) - 1))
    stems = (re.sub(r"(?:ing|ed|es|s|e)$", "", word) if len(word) > 3 else word for word in words if word not in COMMON)
    return {*stems, *pairs}
