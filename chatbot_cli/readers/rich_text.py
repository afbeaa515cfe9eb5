"""RTF, as TextEdit and WordPad write it: its text, paragraph by paragraph."""

import re

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import Form, ReadDocument, Unreadable
from chatbot_cli.readers.lines import Lines

_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,6})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE
)
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")
_BEGINNING = 1_000
_SIGNS = {
    "par": "\n",
    "sect": "\n",
    "page": "\n",
    "row": "\n",
    "line": "\n",
    "tab": "\t",
    "cell": "\t",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
}
_HIDDEN = (
    "fonttbl colortbl stylesheet info pict object header headerl headerr footer footerl footerr listtable"
    " listoverridetable fldinst themedata generator xmlnstbl rsidtbl"
)
_NO_TEXT = frozenset(_HIDDEN.split())
_OTHER_SIGNS = {"~": "\u00a0", "_": "-", "\n": "\n", "\r": "\n", "\\": "\\", "{": "{", "}": "}"}
_SURROGATES = 65_536


def read_rich_text(content: bytes) -> ReadDocument:
    """A document as prose; its places are the paragraphs that have text. Raises Unreadable."""
    stated = _CODE_PAGE.search(content[:_BEGINNING])
    text = _text_of(content.decode("latin-1"), f"cp{stated[1].decode()}" if stated else "cp1252")
    lines = Lines()
    for number, paragraph in enumerate(filter(str.strip, text.split("\n")), start=1):
        lines.add(paragraph.strip(), number)
        lines.blank()
    if not lines.texts:
        raise Unreadable("empty", failed=True)
    return lines.document("RTF", Unit.PARAGRAPH, form=Form.PROSE)


def _text_of(source: str, code_page: str) -> str:
    """The text. A group that is no text, such as a table of fonts, is passed over with all groups in it."""
    words = _Words(code_page)
    hidden, outer = False, []
    for token in _TOKEN.finditer(source):
        word, number, code, sign, brace, plain = token.groups()
        if brace == "{":
            outer.append(hidden)
        elif brace == "}":
            hidden = outer.pop() if outer else False
        elif word in _NO_TEXT or sign == "*":
            hidden = True
        elif not hidden and word:
            words.take_word(word, number)
        elif not hidden:
            words.take(code, sign, plain)
    return "".join(words.parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Words:
    """What a text is made of: letters, signs that have names, and signs that have numbers."""

    def __init__(self, code_page: str) -> None:
        self.parts: list[str] = []
        self._code_page = code_page
        self._stand_ins = 1  # after a sign with a number, for programs that do not know it
        self._skip = 0

    def take_word(self, word: str, number: str | None) -> None:
        if word == "uc" and number:
            self._stand_ins = int(number)
        elif word == "u" and number:
            self.parts.append(chr(int(number) % _SURROGATES))
            self._skip = self._stand_ins
        else:
            self.parts.append(_SIGNS.get(word, ""))

    def take(self, code: str | None, sign: str | None, plain: str | None) -> None:
        if code and self._skip > 0:
            self._skip -= 1
        elif code:
            self.parts.append(_decoded(code, self._code_page))
        elif sign:
            self.parts.append(_OTHER_SIGNS.get(sign, ""))
        elif plain:
            self.parts.append(plain[max(0, self._skip) :])
            self._skip = 0


def _decoded(code: str, code_page: str) -> str:
    try:
        return bytes.fromhex(code).decode(code_page, "replace")
    except LookupError:
        return bytes.fromhex(code).decode("cp1252", "replace")
