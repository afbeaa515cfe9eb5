"""Markdown by lot: small documents of every kind a model may send, and the pieces they arrive in."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

DEFINITION = "[ref]: https://example.org/ref\n\n"  # before its use: the other order is an exception with its own test
WORDS = (
    *("alpha", "beta,", "a.", "it’s", "x_y_z", "snake_case_", "3*4", "100%", "a|b", "#tag", "!", "1.", "-", "+", ">"),
    *("**bold**", "*it*", "***both***", "**open", "`code`", "`` a`b ``", "`open", "~~gone~~", "_under_"),
    *("[link](https://a.example/b)", "<https://x.example>", "![image](p.png)", "[ref]", "[text][ref]", "[x]", "[^1]"),
    *("<b>html</b>", "<!-- no -->", "&amp;", "&copy;", "&#x202e;", "&nosuch;", r"\*", r"\_", r"\\", "[red]", "[/INST]"),
    *("$x^2$", r"\(a_1\)", r"\[ \sum_i \]", "naïve", "日本語の文", "한국어", "שלום", "مرحبا", "e\u0301u\u0308", "👍🏽"),
    *("👩\u200d👩\u200d👧", "🇩🇪", "❤️", "1️⃣", "tab\there", "\x1b[31m", "\x07", "\u202e", "\x9b", "nb\u00a0sp"),
    *("https://x.example/_a_/b", "https://x.example/~~u~~/*a*/?a=1&copy;=2.", "**https://x.example/a_b**", "$5"),
    *("见https://x.example/a_b，", "<https://x.example/_a_>", "(https://x.example/C_(d))", "www.x.example/__i__"),
    *("**你好：**世界", "**“引用”**说", "*（注）*后", "~~旧：~~新", "**(강조)**는", "**a:**b", "a*b*c", "2**3"),
    *("https://x.example/?$a=[b]|c", "**kw", "*.py"),
    *("one<br>two", "<br>", "<BR />three", "`a|b`", "``a`|b``", "std<a::b>"),
    *("very" * 12 + "long", "https://example.org/" + "path/" * 9, "日本" * 15),
)
CODE: dict[str, tuple[str, ...]] = {
    "": ("plain text", "   indented", "", "\ttab `x` **y**", "#!/bin/sh", "日本語 " * 9, "--", "   "),
    "text": ("words", "", "# no heading", "> no quote", "- no item"),
    "python": ("def f(x):", "    return 'a'  # c", "", "class A:", "\tpass", '"""doc', 'more"""', "@dec", "x = f'{1}'"),
    "c": ("int main(void) {", "  /* c */ return 0;", "}", "", "#include <x.h>", "/* two", "   lines */"),
    "javascript": ("const a = `b", "${c}`;", "", "// c", "if (a) { b(/x/); }"),
    "json": ('{"a": [1, 2],', '"b": null}', "", '"text": "👍🏽"'),
    "html": ("<p>words", "<!-- c -->", "<script>let a = 1;</script>", "", "</p>"),
    "bash": ("for f in *; do", '  echo "$f" # c', "done", "", "cat <<EOF", "EOF"),
    "console": ("$ ls", "a b", "", "# id"),
    "nosuch": ("what is this", "", "  ?"),
    "diff title=x": ("+ new", "- old", " same", "", "@@ 1 @@"),
}
# Their labels are used nowhere else: a use before its definition is an exception with its own test.
DEFINITIONS = (
    *("[Alice]: Hi", "[Bob]: Hello there", "[ERROR]: E1001", "[12:30]: Joined", "[1]: https://x.example/_a_"),
    *("[a b]: <c d> 't'", "[1]: https://y.example 'A *title*'", "[2]:\n  https://x.example", "[3]: /a\n'title"),
    *("more'", '"title"', "[4\n4]: b|c", "--|--", "===", "[^2]: note", "*words*", "   [5]: *x*", "    [6]: /six"),
    "[7]: a (b\nc)",
)
FENCES = ("```", "```", "````", "~~~")
SEPARATORS = ("\n\n", "\n\n", "\n", "\n\n\n", "\n  \n")


class Author:
    """Writes Markdown; the same `chance` writes the same."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def document(self) -> str:
        """A document of any of the blocks, with or without a newline at its end."""
        text = DEFINITION if self._one_in(2) else ""
        for _ in range(self._chance.randint(1, 4)):
            text += self._any_block()() + self._chance.choice(SEPARATORS)
        text = text.rstrip("\n") if self._one_in(2) else text
        return text.replace("\n", "\r\n") if self._one_in(8) else text

    def pick(self, choices: Sequence[str]) -> str:
        return self._chance.choice(choices)

    def words(self, most: int = 7) -> str:
        return " ".join(self._chance.choices(WORDS, k=self._chance.randint(1, most)))

    def paragraph(self) -> str:
        lines = [self.words() for _ in range(self._chance.randint(1, 3))]
        return "".join(line + self._chance.choice(("\n", "\n", "  \n", "\\\n", "\n   ")) for line in lines).rstrip()

    def heading(self) -> str:
        if self._one_in(2):
            return self.words(3) + "\n" + self._chance.choice(("---", "===", "-", "=  "))
        return "#" * self._chance.randint(1, 6) + " " + self.words(4) + self._chance.choice(("", " ##"))

    def line(self) -> str:
        return self._chance.choice(("---", "***", "_ _ _", "<hr>"))

    def indented_code(self) -> str:
        return "    indented *code*\n\n\tmore\n    `x`"

    def html(self) -> str:
        return self._chance.choice(
            ("<div>\n{}\n</div>", "<!--\n{}\n-->", "<table><tr><td>{}</td></tr></table>")
        ).format(self.words())

    def formula(self) -> str:
        """A formula: on lines of its own or not, closed or not; some could be taken for other Markdown."""
        around = (
            "$${}$$",
            "$$\n{}\n$$",
            "\\[\n{}\n\\]",
            "\\({}\\) is",
            "costs ${}$ or $5",
            "text\n$$\n{}\n",
            "$$ {}\n\n$$",
        )
        within = (r"\frac{a_1}{b^2} * x_i", "a\n- b\n= *c*", "x_1*y*z")
        return self._chance.choice(around).replace("{}", self._chance.choice(within))

    def footnote(self) -> str:
        return f"A claim.[^1]\n\n[^1]: {self.words(self._chance.choice((1, 5)))}"

    def definitions(self) -> str:
        """Lines that are link definitions or look like some, with words among them."""
        return "\n".join(self.pick(DEFINITIONS) for _ in range(self._chance.randint(1, 5)))

    def table(self) -> str:
        columns = self._chance.randint(1, 4)
        cells = [self._row(columns) for _ in range(self._chance.randint(1, 5))]
        rule = "|".join(self._chance.choices(("---", ":--", "--:", ":-:"), k=columns))
        return "\n".join([cells[0], f"|{rule}|", *cells[1:]])

    def fence(self, language: str | None = None, most: int | None = None) -> str:
        """A code block: closed or not, by a longer fence or not, indented or not; now and then a long one."""
        language = language if language is not None else self._chance.choice(list(CODE))
        most = most if most is not None else 110 if self._one_in(25) else 9
        mark, indent = self._chance.choice(FENCES), " " * self._chance.choice((0, 0, 0, 1, 3))
        lines = [indent + line for line in self._chance.choices(CODE[language], k=self._chance.randint(0, most))]
        closing = self._chance.choice(([indent + mark], [indent + mark], [mark + mark[0] * 2 + "  "], []))
        return "\n".join([f"{indent}{mark}{language}", *lines, *closing])

    def list(self, depth: int = 0) -> str:
        """A list: tight or loose, of one kind or with markers that change, now and then a long one."""
        count = self._chance.randint(14, 19) if depth == 0 and self._one_in(25) else self._chance.randint(1, 4)
        gap = self._chance.choice(("\n", "\n", "\n\n", "\n\n\n"))
        first, dot = self._chance.choice((0, 1, 1, 7, 98)), self._chance.choice(".)")
        step = self._chance.choice((0, 0, 1, 1, 1, 2)) if first < 98 else self._chance.choice((0, 1, -1))
        bullet = None if self._one_in(2) else self._chance.choice("-*+")
        items = []
        for index in range(count):
            marker = f"{first + step * index}{dot}" if bullet is None else bullet
            first += self._one_in(9)
            items.append(_indented(marker, " " + self._item(depth)))
            if self._one_in(12):  # another list, right after this one
                bullet, dot = self._chance.choice("-*+"), self._chance.choice(".)")
            if self._one_in(25):
                items.append(self.heading())
        return gap.join(items)

    def quote(self) -> str:
        """A quote of any kind of block that a quote may contain; its last line may be a lazy one."""
        block = self._chance.choice((self.paragraph, self.paragraph, self.list, self.fence, self.table, self.quote))
        lines = [self._chance.choice(("> ", "> ", ">")) + line for line in block().split("\n")]
        return "\n".join(lines) + ("\nlazy " + self.words(2) if self._one_in(4) else "")

    def _item(self, depth: int) -> str:
        text = self._chance.choice(("", "", "", "[ ] ", "[x] ")) + ("" if self._one_in(12) else self.words(4))
        if depth < 3 and self._one_in(5):
            text += "\n" + self.list(depth + 1)
        for block in (self.paragraph, self.fence, self.quote, self.table, self.indented_code, self.definitions):
            if self._one_in(14):
                text += "\n\n" + block()
        return text + ("\n" + self.words(2) if self._one_in(12) else "")

    def _row(self, columns: int) -> str:
        if self._one_in(6):  # pipes that divide nothing, too many cells, or too few
            columns = max(1, columns + self._chance.randint(-1, 2))
            return self.pick(("| {} |", "{}", "|{}|", "| {}", "{} ||")).format(
                "|".join(self.words(2) for _ in range(columns))
            )
        return "| " + " | ".join(self.words(2).replace("|", r"\|") for _ in range(columns)) + " |"

    def _any_block(self) -> Callable[[], str]:
        often = (self.paragraph, self.list, self.list, self.fence, self.fence, self.table, self.quote)
        seldom = (self.heading, self.line, self.indented_code, self.html, self.formula, self.footnote, self.definitions)
        return self._chance.choice(often + seldom)

    def _one_in(self, count: int) -> bool:
        return self._chance.randrange(count) == 0


def in_chunks(text: str, chance: Random) -> Iterator[str]:
    """The text in the pieces it may arrive in: characters, tokens, or much at once."""
    while text:
        size = chance.choice((1, 4, 4, 12, 40, 200))
        yield text[:size]
        text = text[size:]


def _indented(marker: str, text: str) -> str:
    """The text after a marker, its other lines aligned with the first."""
    first, *others = text.split("\n")
    return "\n".join([marker + first, *(" " * (len(marker) + 1) + line if line else line for line in others)])
