"""What models write, and Markdown by the book would swallow or alter: every character can be read on the screen."""

import pytest

from chatbot_cli.terminal.markdown.parser import PARSER
from tests.terminal.markdown.streamed_and_whole import Reader, at_once, cells, line_by_line, plain, shown

TABLE = "| a | b |\n|---|---|\n"


def streamed(text: str, width: int = 60) -> list[str]:
    """The final rows of a reply that comes character by character; none of them has changed on the way."""
    reader, seen = Reader(width), 0
    for character in text:
        reader.receive(character)
        reader.take()
        assert plain(reader.final[:seen]) == plain(reader.look()[:seen])
        seen = len(reader.final)
    assert cells(reader.finish()) == cells(at_once(text, width))
    return plain(reader.final)


@pytest.mark.parametrize(
    "text",
    [
        "[Alice]: Hi",
        "[Alice]: Hi\n[Bob]: Hello there\n[Alice]: Bye",
        "[ERROR]: E1001",
        "[12:30]: Joined\n[12:31]: Left",
        "[1]: https://x.example/_a_/b\n[2]: https://y.example 'A *title*'",
        '[a]:\n https://x.example\n "title"',
        "[a]: /b\n'a title that\ngoes on'",
        "[a\nb]: <c d>",
        "[a]: b\n[a]: c",
        "Sources\n[1]: https://x.example",
        "[Note]: url\nand words below",
        "[a]: b\n[^1]: note",
        "[a]: b\n   [c]: *d*\n\nend",
        "[ERROR]: E1001\n\nThe [ERROR] above",
    ],
)
def test_lines_that_look_like_link_definitions_are_shown_as_they_stand(text: str) -> None:
    assert streamed(text) == text.split("\n")


def test_definitions_in_lists_and_quotes_are_shown() -> None:
    assert streamed("- [1]: https://x.example/a_b_\n- [2]: x\n  y") == [
        " • [1]: https://x.example/a_b_",
        " • [2]: x",
        "   y",
    ]
    assert streamed("> [Alice]: Hi\n> [Bob]: Yo\n") == ["▌ [Alice]: Hi", "▌ [Bob]: Yo"]


def test_definitions_keep_working() -> None:
    text = "[1]: https://x.example/a\n[b]: c\n\nSee [one][1], [1] and [two][b]."
    assert streamed(text)[3:] == ["See one (https://x.example/a), 1 (https://x.example/a) and", "two (c)."]


def test_words_below_a_definition_can_be_a_heading_or_a_table() -> None:
    assert streamed("[a]: b\nTitle\n=====\n") == ["[a]: b", "", "Title"]
    assert streamed("[a]: b\n|c|d|\n|-|-|\n|1|2|\n")[:2] == ["[a]: b", ""]
    assert "".join(streamed("[a]: b|c\n--|--\n1|2\n\n[x][a] ends")).count("[x][a]") == 1  # the head of a table


@pytest.mark.parametrize(
    ("row", "cells_shown"),
    [
        ("| `x|y` | or |", ["x|y", "or"]),
        ("| ``x|`y`` | or |", ["x|`y", "or"]),
        ("| or | a || b |", ["or", "a || b"]),
        ("| cat f | sort | sorts |", ["cat f", "sort | sorts"]),
        ("| or | || |", ["or", "||"]),
        ("1 | 2 | 3", ["1", "2 | 3"]),
        ("| $|x|$ | $a|b$ |", ["$|x|$", "$a|b$"]),
        (r"| \(a|b\) | c |", [r"\(a|b\)", "c"]),
        ("|$HOME|$PATH|", ["$HOME", "$PATH"]),
        ("| $5 | $10 |", ["$5", "$10"]),
        ("|US$|EU$|", ["US$", "EU$"]),
        (r"| x \| y | `a\|b` |", ["x | y", "a|b"]),
        ("| `open | close |", ["`open", "close"]),
        (r"| \`x | y\` |", ["`x", "y`"]),
        ("| one |", ["one"]),
        ("| https://x.example/_a_/b | c |", ["https://x.example/_a_/b", "c"]),
    ],
)
def test_no_cell_of_a_table_is_lost(row: str, cells_shown: list[str]) -> None:
    last = streamed(TABLE + row)[-1]
    assert [cell.strip() for cell in last.split("  ") if cell.strip()] == cells_shown


def test_a_table_within_a_list_or_a_quote_loses_nothing_either() -> None:
    for before in ("- ", "> "):
        text = before + (TABLE + "| 1 | `2|3` | 4 |").replace("\n", "\n" + before.replace("-", " "))
        assert "2|3 | 4" in "\n".join(streamed(text))


def test_the_head_of_a_table_has_the_columns_that_its_second_line_tells() -> None:
    assert streamed("| `a|b` | c |\n|---|---|\n| 1 | 2 |")[0] == " a|b  c"
    assert streamed("| `a|b` | c |\n|---|---|---|\n| 1 | 2 | 3 |")[0].split() == ["`a", "b`", "c"]
    assert streamed("| a | b |\n|---|\n| 1 | 2 |")[0] == "| a | b |"  # no table


@pytest.mark.parametrize("tag", ["<br>", "<br/>", "<BR />", " <br> "])
def test_br_in_a_cell_is_a_line_break_and_in_code_it_is_code(tag: str) -> None:
    assert streamed(f"{TABLE}| - x{tag}- **y** | `<br>` |") == [" a    b", " ─────────", " - x  <br>", " - y"]
    assert streamed(f"{TABLE}| x{tag} | y{tag}{tag}z |")[2:] == [" x  y", "", "    z"]


def test_br_in_a_text_is_a_line_break_and_where_it_is_mentioned_it_stays() -> None:
    assert streamed("one<br>two <br/>\nthree<br>") == ["one", "two", "three"]
    for mention in ("Use the <br> tag.", "Use <br>, <br/> or <br />.", "a tag (<br>)", 'or "<br>"'):
        assert streamed(mention) == [mention]
    assert streamed("`a<br>b`") == ["a<br>b"]


ADDRESSES = [
    "https://x.example/_a_/b",
    "https://x.example/m65-_-26-_-Product",
    "https://x.example/~~user~~/",
    "https://x.example/*a*/b",
    "https://x.example/**/*.js",
    "https://x.example/__init__.html",
    "https://x.example/?a=1&copy;=2&amp;b=3",
    "https://x.example/?$filter=a&$top=5",
    r"https://x.example/a\_b\*c",
    "https://en.wikipedia.org/wiki/C_(language)",
    "https://en.wikipedia.org/wiki/_(a_(b))",
    "https://x.example/a[]=_b_",
    "http://[::1]:80/_a_/",
    "HTTPS://X.EXAMPLE/_A_/",
    "https://例え.jp/_a_/b",
    "https://zh.wikipedia.org/wiki/中文_维基_百科",
    "https://x.example/é_a_é/",
    "ftp://x.example/_a_/b",
    "git+ssh://g@h/_a_/b",
    "s3://bucket/_a_/*",
    "www.x.example/_a_/b",
    "mailto:_a_b_@x.example",
    "https://x.example/#_a_:~:text=*b*c",
    "https://x.example/{_id_}/x",
]
AROUND = [
    *("{}", "see {}.", "({})", "({}), and", '"{}"', "'{}'", "**{}**", "**see {}**", "*{}*,", "~~{}~~", "***{}***"),
    *(
        "[{}]",
        "<b>{}</b>",
        "见{}，然后",
        "（{}）后",
        "{}：看",
        "*so* {} *so*",
        "&lt;{}&gt;",
        "{}!",
        "{}?",
        "{}…",
        "- {}",
        "# {}",
    ),
    *("> {}", "**链接：{}**后", "a|b\n-|-\n{}|c", "{}<br>x", "`{}`", "$5 for {}", "text {}\\\nnext", "{}; {}"),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_shown_byte_for_byte(address: str) -> None:
    for around in AROUND:
        assert address in "\n".join(shown(around.replace("{}", address), 200)), around
    streamed(f"see {address}, and *{address}*")


@pytest.mark.parametrize("address", [address for address in ADDRESSES if "://" in address])
def test_an_address_in_angle_brackets_is_shown_once_and_byte_for_byte(address: str) -> None:
    assert shown(f"at <{address}>.", 200) == [f"at {address}."]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://x.example/a, or", "https://x.example/a"),
        ("(see https://x.example/a_(b)).", "https://x.example/a_(b)"),
        ("**https://x.example/**", "https://x.example/"),
        ("**at https://x.example/a**(so)", "https://x.example/a"),
        ("https://x.example/*", "https://x.example/*"),
        ("见https://x.example/a这个", "https://x.example/a"),
        ("https://x.example/a를", "https://x.example/a"),
        ("https://x.example。然后", "https://x.example"),
        ("https://x.example/a**重点**", "https://x.example/a"),
        ("https://x.example/a`b`", "https://x.example/a"),
        ("&lt;https://x.example/a&gt;", "https://x.example/a"),
    ],
)
def test_an_address_ends_where_a_reader_would_end_it(text: str, address: str) -> None:
    children = PARSER.parse(text)[1].children or []
    assert [child.attrs["href"] for child in children if child.type == "link_open"] == [address]


def test_what_is_no_address_stays() -> None:
    for text in ("https://", "a:// b", "vector<std::string> x", "<javascript:x>", "C:\\a", "www."):
        assert shown(text) == [text]
    assert shown("<a@b.example>") == ["a@b.example"]


def test_links_are_links_as_before() -> None:
    assert shown("[t](https://x.example/_a_)") == ["t (https://x.example/_a_)"]
    assert shown("[https://x.example/_a_](https://x.example/_a_)") == ["https://x.example/_a_"]
    assert shown("[see https://x.example/[_a_] b](https://y.example)") == [
        "see https://x.example/[_a_] b (https://y.example)"
    ]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("3 2 1", "3 2 1"),
        ("10 9 8", "10 9 8"),
        ("1 2 4", "1 2 4"),
        ("0 1 2", "0 1 2"),
        ("1 1 1", "1 2 3"),
        ("1 1", "1 2"),
        ("5 5 5 5", "5 6 7 8"),
        ("0 0 0", "0 1 2"),
        ("1 1 2", "1 1 2"),
        ("1 1 5 5", "1 1 5 5"),
        ("1 2 2 2", "1 2 2 2"),
        ("2 1 1 1 1", "2 1 1 1 1"),
        ("1 1 1 2", "1 2 3 4"),  # what is on the screen stays: three of one number are counted
        ("98 99 100", "98 99 100"),
        ("7", "7"),
    ],
)
@pytest.mark.parametrize("dot", [".", ")"])
def test_the_numbers_of_a_list_are_the_models_unless_all_are_the_same(written: str, numbers: str, dot: str) -> None:
    for gap in ("\n", "\n\n", "\n\n   more\n\n"):
        text = gap.join(f"{number}{dot} word" for number in written.split())
        assert [line.split()[0] for line in streamed(text) if "word" in line] == numbers.split()
        nested = "- x\n" + "\n".join(f"  {line}" for line in text.split("\n"))
        if not written.startswith(
            ("0", "2", "3", "5", "7", "9", "10")
        ):  # only a list from 1 on begins without a blank line
            assert [line.split()[0] for line in streamed(nested) if "word" in line] == numbers.split()


def test_a_long_list_that_is_counted_is_counted_to_its_end() -> None:
    lines = plain(line_by_line(["1. " + "word " * 30 + "\n"] * 200, width=200))
    assert [line.split()[0] for line in lines] == [str(number) for number in range(1, 201)]


BOLD = [
    ("**你好：**世界", "你好：世界"),
    ("**“引用”**说", "“引用”说"),
    ("他说**“引用”**。", "他说“引用”。"),
    ("**重要！**请", "重要！请"),
    ("这是**（注）**后", "这是（注）后"),
    ("**A（B）**C", "A（B）C"),
    ("**《书》**和**《画》**", "《书》和《画》"),
    ("**「強調」**です", "「強調」です"),
    ("価格は**100円（税込）**です", "価格は100円（税込）です"),
    ("**(강조)**는", "(강조)는"),
    ("**제목:**내용", "제목:내용"),
    ("**100%**的", "100%的"),
    ("**`code`**是", "code是"),
    ("***强：***后", "强：后"),
    ("**粗*斜！*体**", "粗斜！体"),
    ("**a:**b", "a:b"),
    ("**Важно:**текст", "Важно:текст"),
    ("**“Quote.”**said", "“Quote.”said"),
    ("**P**ersonal **I**D", "Personal ID"),
]


@pytest.mark.parametrize(("text", "said"), BOLD)
def test_bold_ends_after_any_punctuation(text: str, said: str) -> None:
    assert streamed(text) == [said]
    assert "**" not in PARSER.render(text)
    assert "<strong>" in PARSER.render(text)


def test_italic_and_struck_text_end_so_too() -> None:
    assert PARSER.render("*（注）*后") == "<p><em>（注）</em>后</p>\n"
    assert PARSER.render("~~删除：~~保留") == "<p><s>删除：</s>保留</p>\n"
    assert PARSER.render("*P*ersonal") == "<p><em>P</em>ersonal</p>\n"


@pytest.mark.parametrize(
    "text",
    [
        *("2 ** 3 ** 4", "*.py and *.md", "a*b*c", "snake_case_name", "3*4 and 5*6", "x**2 + y**2", "(a+b)*c*d"),
        *("10**6 or 10**9", "f(*args, **kwargs)", "**/*.py and **/*.md", '"*" and "*"', "5 * 3 * 2", "a * b", "un*i*t"),
        *("(x+1)**n + (y+1)**n", "src/*.c, lib/*.c", "`*` and 2*3*4"),
    ],
)
def test_asterisks_that_are_meant_stay(text: str) -> None:
    assert streamed(text) == [text.replace("`", "")]


def test_an_item_with_a_pipe_is_no_head_of_a_table_whether_or_not_the_items_before_it_are_final() -> None:
    assert streamed("1. a\n2. x|y\n---|---\n") == ["  1 a", "  2 x|y", "    ---|---"]
