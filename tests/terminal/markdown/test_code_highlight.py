"""Code that arrives line by line gets the colours it would have had whole, and soon."""

import pytest

from chatbot_cli.terminal.markdown.code_highlight import (
    OLDEST_UNSETTLED_LINE,
    UNSETTLED_LINES,
    ArrivingCode,
    CodeLine,
    highlight,
    lexer_for,
)
from chatbot_cli.terminal.markdown.view import Line, code_line

PYTHON = [
    *(
        "#!/usr/bin/env python",
        "import os",
        "",
        "class A:",
        '    """A docstring',
        *["    of many lines"] * 20,
        '    """',
    ),
    *(
        "    @property",
        "    def x(self) -> str:",
        "        return f'{self.y!r} and' + '''open",
        "still''' + \\",
        "os.sep",
    ),
    *("#! no beginning", "x = [", *["    1,  # one"] * 20, "]", "\tprint(x)", "", ""),
]
C = [
    "/* a",
    *["   comment"] * 20,
    " */",
    "#include <stdio.h>",
    "#define X(a) \\",
    "    a",
    "int main(void) {",
    "  return X(0);",
]
JAVASCRIPT = [
    "const a = `one",
    *["${b + `two ${c}`}"] * 20,
    "three`;",
    "// end",
    "/* f",
    "*/ function g() { return /x/g; }",
]
HTML = [
    "<!-- c",
    *["words"] * 20,
    "-->",
    '<p class="a">',
    "<script>",
    "let a = 1; // b",
    "</script>",
    "<style>p { }</style>",
]
CODE = {"python": PYTHON, "c": C, "javascript": JAVASCRIPT, "html": HTML, "": PYTHON, "nosuch": C, "text": HTML}
CODE |= {
    "json": ['{"a": [', *['  {"b": 1, "c": null},'] * 100, '  "d"]}'],
    "console": ["$ ls", "a", "$ cat <<E", "b", "E"],
}


def arriving(lines: list[str], language: str) -> tuple[list[CodeLine], list[int]]:
    """The lines as they became settled, and how many were open after each that came."""
    code, settled, still_open = ArrivingCode(language), list[CodeLine](), list[int]()
    for line in lines:
        code.add(line + "\n")
        settled += code.take_settled()
        still_open.append(len(code.open_lines()))
    return settled + code.finish(), still_open


def looks(lines: list[CodeLine]) -> list[Line]:
    """The lines as they are seen: kinds of token that have one colour are one."""
    return [code_line(line) for line in lines]


@pytest.mark.parametrize("language", CODE)
def test_code_that_arrives_in_pieces_looks_like_whole_code(language: str) -> None:
    lines = CODE[language]
    assert looks(arriving(lines, language)[0]) == looks(highlight("\n".join(lines) + "\n", language))


@pytest.mark.parametrize("language", CODE)
def test_nothing_is_lost(language: str) -> None:
    settled, _ = arriving(CODE[language], language)
    assert ["".join(text for _, text in line) for line in settled] == CODE[language]


@pytest.mark.parametrize("language", ["python", "javascript", "c", "html"])
def test_few_lines_stay_open_in_long_code(language: str) -> None:
    ordinary = {"python": "x = f(1)  # y", "javascript": "f(1); // y", "c": "f(1); /* y */", "html": "<p>x</p>"}
    _, still_open = arriving([ordinary[language]] * 200, language)
    assert max(still_open) == UNSETTLED_LINES


def test_a_docstring_is_a_string_however_long_it_is() -> None:
    lines = ['"""', *["words"] * 100, '"""', "words"]
    settled, still_open = arriving(lines, "python")
    seen = looks(settled)
    assert seen == looks(highlight("\n".join(lines), "python"))
    assert seen[1] == seen[50] == seen[100] != seen[102]
    assert max(still_open) == UNSETTLED_LINES


@pytest.mark.parametrize(("language", "most"), [("", 1), ("nosuch", 1), ("yaml", OLDEST_UNSETTLED_LINE)])
def test_other_languages_have_a_limit_too(language: str, most: int) -> None:
    assert max(arriving(["a: 1"] * 200, language)[1]) == most


def test_a_line_that_is_only_begun_is_shown_and_decides_nothing() -> None:
    code = ArrivingCode("python")
    code.add("x = 1\n")
    assert code.open_lines('"""') == highlight('x = 1\n"""', "python")
    code.add('"a"\n')
    assert code.finish() == highlight('x = 1\n"a"', "python")


def test_plain_text_has_no_lexer() -> None:
    assert lexer_for("text") is lexer_for("") is lexer_for("nosuch") is None
    assert lexer_for("py") is not None


def test_no_code_has_no_lines() -> None:
    assert highlight("", "python") == []
    assert ArrivingCode("python").take_settled() == ArrivingCode("python").open_lines() == []
