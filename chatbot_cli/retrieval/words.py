"""The words of texts and of questions: what is indexed beside a text, and what of a question is looked for (pure).

The index splits a text at all that is neither a letter nor a digit, and stems English words. It cannot see the parts of
`camelCase` words, nor words in scripts that put no blanks between them: these are indexed as other forms.
"""

import re
import unicodedata
from functools import lru_cache

from chatbot_cli.retrieval.stop_words import ENGLISH

TOKENIZER = "porter unicode61 remove_diacritics 2"  # of SQLite's FTS5, by which all engines find the same words
MOST_WORDS = 64  # that are looked for at once
ENDS = 4_000  # characters at both ends of a long question, which have its words; what is pasted stands between them
LONGEST_WORD = 100  # characters; what is longer is no word that a person looks for

# Letters of scripts without blanks between words, and of Korean, whose words have endings.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_RUN = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_WORD = re.compile(r"[^\W_]+")
# Where a part of a word begins that is not its first: it is looked for at capitals alone, which is twice as fast.
_HUMP = re.compile(r"[A-Z](?:(?<=[a-z0-9][A-Z])|(?=[A-Z][a-z]))")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+\d*|[A-Z]+\d*|\d+")


def indexed_words(text: str) -> str:
    """What is indexed beside a text: other forms of its words, each once, with blanks between them."""
    forms: dict[str, None] = {}
    for word in _words_with_humps(text):
        forms.update(_parts(word))
    if not text.isascii() and _HAS_UNSPACED.search(text):
        for word in _words_in(text):
            if _HAS_UNSPACED.search(word):
                forms.update(dict.fromkeys(_forms_of_unspaced(word, asked=False)))
    return " ".join(forms)


def asked_words(question: str) -> tuple[str, ...]:
    """What of a question is looked for, each once: its words without those that say nothing, and their parts.

    A long one has only words of its ends. It is empty if no word says anything.
    """
    if len(question) > 2 * ENDS:
        question = f"{question[:ENDS]}\n{question[-ENDS:]}"
    words = telling_words(question)
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS // 2] + words[-MOST_WORDS // 2 :]


def telling_words(question: str) -> tuple[str, ...]:
    """The same, of all the question, however long it is."""
    telling = (word for word in _words_in(question) if word.lower() not in ENGLISH)
    return tuple(dict.fromkeys(form for word in telling for form in _asked_forms(word)))


def all_words(question: str) -> tuple[str, ...]:
    """The words of a question in which none says anything."""
    return tuple(dict.fromkeys(form for word in _words_in(question[:ENDS]) for form in _asked_forms(word)))[:MOST_WORDS]


def _asked_forms(word: str) -> list[str]:
    if _HAS_UNSPACED.search(word):
        return _forms_of_unspaced(word, asked=True)
    parts = _parts(word) if _HUMP.search(word) else {}
    return [word.lower(), *(part for part in parts if part not in ENGLISH)]


@lru_cache(4_096)  # names stand in many passages
def _parts(word: str) -> dict[str, None]:
    return dict.fromkeys(part.lower() for part in _PART.findall(word))


def _words_with_humps(text: str) -> dict[str, None]:
    """The words such as `camelCase`, each once. What has none is passed over quickly."""
    words: dict[str, None] = {}
    hump = _HUMP.search(text)
    while hump:
        start = hump.start()
        while start and text[start - 1].isalnum():
            start -= 1
        word = _WORD.match(text, start)
        end = word.end() if word else hump.end()
        if word and end - start <= LONGEST_WORD:
            words[word[0]] = None
        hump = _HUMP.search(text, end)
    return words


def _words_in(text: str) -> list[str]:
    """The words of a text as the index splits it: accents that stand by themselves belong to their letter."""
    text = unicodedata.normalize("NFC", text)
    return [word for word in _WORD.findall(text) if len(word) <= LONGEST_WORD or _HAS_UNSPACED.search(word)]


def _forms_of_unspaced(word: str, *, asked: bool) -> list[str]:
    """Each two neighbouring letters, and what stands between in another script; in the index, also each letter."""
    forms = []
    for run in _RUN.findall(word):
        if not _HAS_UNSPACED.match(run):
            forms.append(run.lower())
            continue
        forms += [run[at : at + 2] for at in range(len(run) - 1)]
        forms += run if len(run) == 1 or not asked else []
    return forms
