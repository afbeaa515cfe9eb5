"""A long reply in Markdown, the same at every run: paragraphs, lists, tables, code, quotes and headings in turn.

The last tenth repeats the first, so that the costs of the two can be compared. About every fiftieth token carries a
marker, a word that occurs only once: it shows when the text around it is on the screen.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

SEED = 7
MARKER = re.compile(r"zq[a-z]{5}")  # no other word has these letters
WORDS_PER_MARKER = 24
WORDS = re.findall(
    "[a-z]+",
    """
a the one this each value name list line loop key number text file part copy word result function second reply table
reads keeps takes gives calls finds splits joins counts stands comes begins returns first then often never small large
open whole simple slow behind before inside across without about quickly together between after""",
)
_TOKEN = re.compile(rf"\s?{MARKER.pattern}|\s?(?:(?!{MARKER.pattern})\S){{1,4}}|\s+")

PYTHON = """\
# {} {} {}
def {}({}: list[str], limit: int = 10) -> dict[str, int]:
    \"\"\"{} {} {}.\"\"\"
    found: dict[str, int] = {{}}
    for {} in sorted(set({})):
        if len({}) > limit and not {}.startswith("{}"):
            found[{}] = found.get({}, 0) + 1  # {} {}
    return found
"""
JAVASCRIPT = """\
// {} {} {}
export async function {}({}, options = {{}}) {{
  const {} = await fetch(`/api/${{{}}}?page=${{options.page ?? 1}}`);
  if (!{}.ok) throw new Error("{} {}");
  return {}.items.filter((item) => item.{} !== null);
}}
"""
JSON = """\
{{
  "{}": {{"{}": 12, "{}": [1, 2.5, null, true]}},
  "{}": "{} {} {}",
  "{}": ["{}", "{}", {{"{}": false}}]
}}
"""
SQL = """\
-- {} {} {}
SELECT {}.id, count(*) AS {}
FROM {} LEFT JOIN {} ON {}.id = 'x' AND {} > 42
WHERE {} IS NOT NULL AND {} LIKE '%{}%'
GROUP BY 1 ORDER BY 2 DESC;
"""
SHELL = """\
# {} {} {}
for {} in "$HOME"/{}/*.txt; do
  grep -c "{}" "${}" | sort -n > "{}-$(date +%F).log" || exit 1
done
"""
RUST = """\
/// {} {} {}
pub fn {}({}: &[u32]) -> Option<u32> {{
    let mut {} = 0u32; // {}
    for {} in {}.iter().filter(|x| **x > 3) {{
        {} += {};
    }}
    if {} == 0 {{ None }} else {{ Some({}) }}
}}
"""
CODE = {"python": PYTHON, "javascript": JAVASCRIPT, "json": JSON, "sql": SQL, "bash": SHELL, "rust": RUST}


@dataclass(frozen=True, slots=True)
class Document:
    """A reply, token by token, with its markers and the bounds of its first and last tenth."""

    tokens: tuple[str, ...]
    first_tenth: int  # it ends before this token
    last_tenth: int  # it begins at this token

    @property
    def text(self) -> str:
        return "".join(self.tokens)

    @property
    def markers(self) -> dict[str, int]:
        """Each marker, and the number of its token."""
        return {match[0]: at for at, token in enumerate(self.tokens) if (match := MARKER.search(token))}


def document(tokens: int) -> Document:
    """A reply of about `tokens` tokens."""
    markers = _markers()
    opening = _part(SEED, markers, tokens // 10)
    middle = _part(SEED + 1, markers, tokens - 2 * len(opening))
    closing = _part(SEED, markers, tokens // 10)
    return Document((*opening, *middle, *closing), len(opening), len(opening) + len(middle))


def every_kind() -> Document:
    """A short reply with one block of each kind and of each language, to warm up with."""
    writer = _Writer(Random(SEED), _markers())  # noqa: S311  the same at every run, and no secret
    blocks = [*(kind() for kind in writer.kinds), *(writer.code_in(language) for language in CODE)]
    return Document(tuple(_TOKEN.findall("".join(blocks))), 0, 0)


def _part(seed: int, markers: Iterator[str], tokens: int) -> list[str]:
    writer = _Writer(Random(seed), markers)  # noqa: S311  the same at every run, and no secret
    part: list[str] = []
    for block in writer.blocks():
        if len(part) >= tokens:
            return part
        part += _TOKEN.findall(block)
    return part


def _markers() -> Iterator[str]:
    for number in count():
        letters = (chr(ord("a") + number // 26**place % 26) for place in range(5))
        yield "zq" + "".join(letters)


class _Writer:
    """Writes blocks, each with an empty line after it."""

    def __init__(self, random: Random, markers: Iterator[str]) -> None:
        self._random = random
        self._markers = markers
        self._words = 0
        self._languages = list(CODE)
        self.kinds: list[Callable[[], str]] = [
            self.paragraph,
            self.heading,
            self.bullets,
            self.code,
            self.paragraph,
            self.table,
            self.quote,
            self.numbered,
            self.code,
            self.paragraph,
            self.rule,
        ]

    def blocks(self) -> Iterator[str]:
        """Blocks without end; every kind comes before one comes again."""
        yield self.paragraph()
        while True:
            yield from (kind() for kind in self._random.sample(self.kinds, len(self.kinds)))

    def heading(self) -> str:
        return f"{'#' * self._random.randint(2, 4)} {self._sentence(2, 5)}\n\n"

    def paragraph(self) -> str:
        return " ".join(self._styled_sentence() for _ in range(self._random.randint(2, 6))) + "\n\n"

    def bullets(self) -> str:
        lines = []
        for _ in range(self._random.randint(3, 8)):
            lines.append(f"- {self._styled_sentence()}\n")
            lines += [f"  - {self._sentence(2, 6)}\n" for _ in range(self._random.choice((0, 0, 1, 3)))]
        return "".join(lines) + "\n"

    def numbered(self) -> str:
        items = range(1, self._random.randint(4, 12))
        return "".join(f"{number}. {self._styled_sentence()}\n" for number in items) + "\n"

    def quote(self) -> str:
        return "".join(f"> {self._sentence(5, 11)}\n" for _ in range(self._random.randint(1, 4))) + "\n"

    def table(self) -> str:
        columns = self._random.randint(2, 4)
        rows = [[self._words_of(1, 3) for _ in range(columns)] for _ in range(self._random.randint(3, 12))]
        head, *body = [f"| {' | '.join(row)} |\n" for row in rows]
        return head + "|---" * columns + "|\n" + "".join(body) + "\n"

    def rule(self) -> str:
        return "---\n\n"

    def code(self) -> str:
        language = self._languages[0]
        self._languages = [*self._languages[1:], language]
        return self.code_in(language)

    def code_in(self, language: str) -> str:
        """Code from one screenful down to a few lines."""
        template, times = CODE[language], self._random.choice((1, 1, 2, 4))
        code = "\n".join(template.format(*(self._word() for _ in range(template.count("{}")))) for _ in range(times))
        return f"```{language}\n{code}```\n\n"

    def _styled_sentence(self) -> str:
        before, after = self._sentence(3, 7), self._words_of(4, 9)
        style = self._random.choice(("{}", "{}", "**{}**", "*{}*", "`{}`", "[{}](https://example.org/page)"))
        return f"{before}, {style.format(self._words_of(1, 2))} {after}."

    def _sentence(self, least: int, most: int) -> str:
        sentence = self._words_of(least, most)
        return sentence if MARKER.match(sentence) else sentence.capitalize()

    def _words_of(self, least: int, most: int) -> str:
        return " ".join(self._word() for _ in range(self._random.randint(least, most)))

    def _word(self) -> str:
        self._words += 1
        word = self._random.choice(WORDS)
        return next(self._markers) if self._words % WORDS_PER_MARKER == 0 else word
