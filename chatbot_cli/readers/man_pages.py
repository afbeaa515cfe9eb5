"""Manual pages in roff as Markdown, in the same lines (pure)."""

import re
import shlex

IS_MAN_PAGE = re.compile(r"^\.\s*(?:TH|Dt|Dd|SH|Sh)\b", re.MULTILINE)
_REQUEST = re.compile(r"[.']\s*([A-Za-z]{1,3})\b[ \t]*(.*)")
_COMMENT = re.compile(r"[.']?\s*\\[\"#].*")
_ESCAPE = re.compile(
    r"\\(?:f(?:\[[^]]*\]|\(..|.)|s[-+]?\d{1,2}|[*n](?:\[[^]]*\]|\(..|.)|\[([^]]*)\]|\((..)|([hvwkz])'[^']*'|(.)|\Z)"
)
_NAMED = {
    "em": "—",
    "en": "–",
    "bu": "•",
    "co": "©",
    "aq": "'",
    "oq": "‘",
    "cq": "’",
    "lq": "“",
    "rq": "”",
    "dq": '"',
    "ha": "^",
    "ti": "~",
    "rs": "\\",
    "mi": "-",
    "hy": "-",
}
_SIGNS = {"-": "-", "e": "\\", "\\": "\\", " ": " ", "~": " ", "0": " ", "t": "\t", "'": "'", "`": "`", ".": "."}
_HEADINGS = {"SH": "## ", "Sh": "## ", "SS": "### ", "Ss": "### ", "TH": "# ", "Dt": "# "}
_WITHOUT_SPACES = ("BR", "RB", "BI", "IB", "IR", "RI")
_WITH_TEXT = frozenset(("B", "I", "SM", "SB", "IP", "UR", "MT"))
# Requests of mdoc, which stand among the words of others as well.
_OF_MDOC = "Ad An Ao Ac Ap Aq Ar Bo Bc Bq Cm Do Dc Dq Dv Em Er Ev Fa Fl Fn Ft Ic In Li Lk Mt Nm Nd No Ns Oo Oc Op Pa Pf"
_MDOC = frozenset(
    (
        *_OF_MDOC.split(),
        *[
            "Po",
            "Pc",
            "Pq",
            "Ql",
            "Qo",
            "Qc",
            "Qq",
            "So",
            "Sc",
            "Sq",
            "St",
            "Sx",
            "Sy",
            "Tn",
            "Ux",
            "Va",
            "Vt",
            "Xo",
            "Xc",
            "Xr",
        ],
    )
)
_LONG = 2_000  # characters; nobody writes so many in a line
_BEGINS_CODE, _ENDS_CODE = ("nf", "EX", "Bd"), ("fi", "EE", "Ed")


def from_man(text: str) -> str:
    """The page with headings of Markdown, and without the names of fonts and sizes."""
    is_code = False
    named = re.search(r"^\.Nm +(\S+)", text, re.MULTILINE)
    name_of_page = named[1] if named else ""

    def converted(line: str) -> str:
        nonlocal is_code
        if _COMMENT.fullmatch(line):
            return ""
        request = _REQUEST.fullmatch(line)
        if request is None:
            return "" if line.startswith((".", "'")) and not is_code else _plain(line)
        name, rest = request.groups()
        if name in (_ENDS_CODE if is_code else _BEGINS_CODE):
            is_code = not is_code
            return "```"
        if name == "Nm" and not rest[:1].isalnum():
            return f"{name_of_page}{_plain(rest).strip()}"
        return "" if is_code and name in _HEADINGS else _without_request(name, rest)

    return "\n".join(map(converted, text.split("\n")))


def _without_request(name: str, rest: str) -> str:
    words = [_plain(word) for word in _words(rest)]
    if name in ("TH", "Dt"):
        return f"# {words[0]}({words[1]})" if len(words) > 1 else ""
    if name in _HEADINGS:
        return f"{_HEADINGS[name]}{' '.join(words)}" if words else ""
    if name in _WITHOUT_SPACES:
        return "".join(words)
    if name == "It":
        return f"- {_of_mdoc(words)}"
    if name in _MDOC:
        return _of_mdoc([name, *words])
    return " ".join(words) if name in _WITH_TEXT else ""


def _of_mdoc(words: list[str]) -> str:
    """Words among which names of requests may stand."""
    shown = ""
    for word in words:
        if word == "Fl":
            shown += " -"
        elif word not in _MDOC:
            is_joined = shown.endswith("-") or word in (".", ",", ":", ";", ")")
            shown += word if is_joined else f" {word}"
    return shown.strip()


def _words(rest: str) -> list[str]:
    """What follows a request: words, or several in quotation marks."""
    if '"' not in rest or len(rest) > _LONG:
        return rest.split()
    lexer = shlex.shlex(rest, posix=True, punctuation_chars="")
    lexer.whitespace_split, lexer.quotes, lexer.escape, lexer.commenters = True, '"', "", ""
    try:
        return list(lexer)
    except ValueError:
        return rest.replace('"', "").split()


def _plain(text: str) -> str:
    return _ESCAPE.sub(_sign, text) if "\\" in text else text


def _sign(found: re.Match[str]) -> str:
    bracketed, named, _, one = found.groups()
    name = bracketed or named
    return _NAMED.get(name, "") if name else _SIGNS.get(one or "", "")
