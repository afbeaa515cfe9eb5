"""Documents of each format as text, every line with its place. They are read in the child process, as a user's are."""

import sys
import zipfile
from contextlib import suppress
from io import BytesIO
from itertools import permutations
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.child.wire import parse_reply, reply
from chatbot_cli.readers.document import Form, ReadDocument, Unreadable
from chatbot_cli.readers.formats import Format, read_as
from chatbot_cli.readers.reading import read_document
from chatbot_cli.system.extras import install_command
from tests.readers.made_files import (
    archive,
    book,
    encrypted,
    notebook,
    open_document,
    pdf,
    pdf_with_columns,
    slides,
    workbook,
)

LONG = "A line that is long enough to be one of prose, and of no table."


def read(name: str, content: bytes | str) -> ReadDocument:
    return read_document(Path(name), content.encode() if isinstance(content, str) else content)


def placed(document: ReadDocument) -> list[tuple[int, str]]:
    """The lines that are not blank, with their places."""
    lines = document.text.split("\n")
    assert len(lines) == len(document.places)
    return [(place, line) for place, line in zip(document.places, lines, strict=True) if line]


def word_document() -> bytes:
    document = docx.Document()
    document.add_heading("Setup", 1)
    document.add_paragraph("Read this first.")
    document.add_paragraph("a pen", style="List Bullet")
    document.add_paragraph("paper", style="List Bullet")
    table = document.add_table(2, 2)
    for number, text in enumerate(("Name", "Size | cm", "desk", "80\n90")):
        table.cell(number // 2, number % 2).text = text
    document.add_heading("On macOS", 2)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def test_a_pdf_is_read_page_by_page_without_the_lines_that_repeat_on_its_edges() -> None:
    texts = [[f"{LONG} {word}" for word in words] for words in permutations(("One", "Two", "Six", "Ten"))]
    pages = [
        "\n".join(("The Handbook", f"Part {page}", *text, f"{page} / 6"))
        for page, text in enumerate(texts[:5], start=1)
    ]
    document = read("handbook", pdf(*pages, ""))
    assert (document.kind, document.form, document.unit) == ("PDF, 6 pages", Form.PROSE, Unit.PAGE)
    assert placed(document) == [(page, line) for page, text in enumerate(texts[:5], start=1) for line in text]
    assert document.notes == ("1 page has no text",)


def test_words_that_are_divided_at_the_ends_of_lines_are_whole() -> None:
    lines = ("This is a well-known manip-", "ulation. It is well-", "known to all, and to Ada-", "Byron 2-", "or more")
    assert read("a.pdf", pdf("\n".join(lines))).text.split("\n") == [
        "This is a well-known manipulation.",
        "It is well-known",
        "to all, and to Ada-",
        "Byron 2-",
        "or more",
    ]


def test_a_table_of_a_pdf_has_its_rows_in_lines() -> None:
    content = pdf_with_columns(
        ("Name", "Desk", "Lamp", "Sofa"), ("Price", "120", "35", "900"), ("In", "May", "June", "July")
    )
    rows = [line.split() for line in read("a.pdf", content).text.split("\n")]
    assert rows == [["Name", "Price", "In"], ["Desk", "120", "May"], ["Lamp", "35", "June"], ["Sofa", "900", "July"]]


def test_a_word_document_has_its_headings_lists_and_tables() -> None:
    document = read("a.docx", word_document())
    assert (document.kind, document.form, document.unit) == ("Word", Form.MARKDOWN, Unit.PARAGRAPH)
    assert placed(document) == [
        (1, "# Setup"),
        (2, "Read this first."),
        (3, "- a pen"),
        (4, "- paper"),
        (5, "| Name | Size \\| cm |"),
        (5, "| --- | --- |"),
        (6, "| desk | 80 90 |"),
        (7, "## On macOS"),
    ]


def test_what_a_word_document_has_beside_its_paragraphs_is_read_as_it_stands_now() -> None:
    document = docx.Document()
    style = document.styles.add_style("Firm Title", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Heading 3"]
    document.add_paragraph("Terms", style="Firm Title")
    box = "<w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>"
    changed = parse_xml(
        f"<w:p {nsdecls('w')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        "<w:r><w:t>Pay </w:t></w:r><w:del><w:r><w:delText>ten</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>twenty</w:t></w:r></w:ins><w:r>"
        f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        "</w:p>"
    )
    field = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Filled in</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    document.element.body[-1].addprevious(changed)
    document.element.body[-1].addprevious(field)
    written = BytesIO()
    document.save(written)
    with zipfile.ZipFile(written, "a") as archived:
        note = "<w:footnote><w:p><w:r><w:t>Net of tax.</w:t></w:r></w:p></w:footnote>"
        archived.writestr("word/footnotes.xml", f"<w:footnotes {nsdecls('w')}>{note}</w:footnotes>")
    assert placed(read("a.docx", written.getvalue())) == [
        (1, "### Terms"),
        (2, "Pay twenty"),
        (3, "In a box"),
        (4, "Filled in"),
        (5, "- Net of tax."),
    ]


def test_an_open_document_has_its_headings_lists_and_tables() -> None:
    cells = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in ("x", "y"))
    body = (
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
        '<text:h text:outline-level="2">Setup</text:h><text:p>Read<text:s text:c="2"/>'
        "<text:span>this</text:span> first.</text:p><text:list><text:list-item><text:p>pen</text:p>"
        "<text:list><text:list-item><text:p>blue</text:p></text:list-item></text:list></text:list-item>"
        f"</text:list><table:table><table:table-row>{cells}</table:table-row></table:table>"
    )
    assert placed(read("a.odt", open_document(body))) == [
        (1, "## Setup"),
        (2, "Read  this first."),
        (3, "- pen"),
        (4, "  - blue"),
        (5, "| x | y |"),
        (5, "| --- | --- |"),
    ]


def test_a_book_is_read_in_the_order_of_its_chapters() -> None:
    document = read("a.epub", book("<h1>One</h1><p>It was\nnight.</p>", "<h1>Two</h1><p>It was day.</p>"))
    assert document.kind == "EPUB, 2 chapters"
    assert placed(document) == [(1, "# One"), (2, "It was"), (2, "night."), (3, "# Two"), (4, "It was day.")]


def test_a_workbook_has_the_values_of_its_rows_and_slides_their_titles() -> None:
    rows = '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="C3"><v>1.5</v></c></row><row r="5"><c t="b"><v>1</v></c></row>'
    assert placed(read("a.xlsx", workbook("Prices", rows, ["Desk"]))) == [
        (3, "# Prices"),
        (3, "| Desk |  | 1.5 |"),
        (3, "| --- | --- | --- |"),
        (5, "| TRUE |  |  |"),
    ]
    shown = read("a.pptx", slides(("Hello", "World"), ("Next", "Step")))
    assert shown.unit is Unit.PAGE
    assert placed(shown) == [(1, "# Hello"), (1, "World"), (2, "# Next"), (2, "Step")]


def test_a_notebook_has_its_cells_at_the_lines_where_they_stand_in_the_file() -> None:
    content = notebook(
        {"cell_type": "markdown", "source": ["# Sums\n", "\n", "Grüße |\n"]},
        {"cell_type": "code", "outputs": [{"text": ["3\n"]}], "source": ["x = 1 + 2\n", "print(x)"]},
    )
    document = read("a.ipynb", content)
    lines = content.decode().split("\n")
    assert document.text == "# Sums\n\nGrüße |\n\n```python\nx = 1 + 2\nprint(x)\n```\n\n```text\n3\n```"
    for place, line in placed(document):
        if line[0] in "#xp":
            assert line[:3] in lines[place - 1]


def test_a_page_has_its_headings_code_and_tables_at_their_lines() -> None:
    page = """<?xml version="1.0"?>
<html><head><title>The title</title><style>p {}</style></head><body>
<nav><a>Home</a>
</nav><p>One <b>bold</b>
word.<p>Next<!-- not
this -->one<a class="headerlink">¶</a>
<pre class="language-python">
def f():

    return "`"
</pre><table><tr><th>a<th>b<tr>
<td>1<td><p>2</p></table>
<ul><li>pen<li>paper
and ink</ul># no heading
</body></html>"""
    assert placed(read("a.html", page)) == [
        (2, "# The title"),
        (4, "One bold"),
        (5, "word."),
        (5, "Nextone"),
        (7, "```python"),
        (8, "def f():"),
        (10, '    return "`"'),
        (10, "```"),
        (11, "| a | b |"),
        (11, "| --- | --- |"),
        (12, "| 1 | 2 |"),
        (13, "- pen"),
        (13, "- paper"),
        (14, "  and ink"),
        (14, "\\# no heading"),
    ]


def test_code_of_a_page_has_no_line_numbers_and_ends_lines_where_the_page_does() -> None:
    page = '<table><tr><td class="linenos"><pre>1\n2</pre></td><td><pre>a = 1<br>b<b> = </b>2\n</pre></table>'
    assert read("a.html", page).text == "```\na = 1\nb = 2\n```"


def test_a_page_in_an_old_encoding_is_read_as_it_says() -> None:
    document = read("a.html", '<meta charset="windows-1251"><p>Привет, мир</p>'.encode("cp1251"))
    assert document.text == "Привет, мир"
    assert document.encoding == "windows-1251"


def test_a_page_may_be_nested_as_deep_as_it_likes() -> None:
    assert read("a.html", "<div><table><tr><td>" * 3_000 + "deep").text == "| deep |\n| --- |"


def test_a_mailbox_has_each_mail_below_its_subject() -> None:
    first = "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nFrom: Ada <ada@example.com>\n\nHello\n\n>From here\n\n"
    second = "Subject: Re\nContent-Type: text/html\n\n<p>Thank you\n"
    document = read("a.mbox", f"From ada Fri Nov 27\n{first}From bob Sat Nov 28\n{second}")
    assert document.kind == "mailbox, 2 mails"
    assert placed(document) == [
        (1, "# Grüße"),
        (1, "From: Ada <ada@example.com>"),
        (5, "Hello"),
        (5, "From here"),
        (9, "# Re"),
        (9, "Thank you"),
    ]


def test_rich_text_is_read_without_its_fonts() -> None:
    source = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl\f0 Helvetica;}{\*\x;;}\pard \f0 Gr\'fc\'dfe \u8364 ?uro\line "
        rb"{\b Bold} \{x\}\par \uc0\u55357 \u56832  end}"
    )
    document = read("a.rtf", source)
    assert placed(document) == [(1, "Grüße €uro"), (2, "Bold {x}"), (3, "😀 end")]


def test_a_mail_that_is_none_is_a_text() -> None:
    assert read("a.eml", "\nnot a mail\r\nat all").text == "\nnot a mail\nat all"


CUT = pdf(LONG)[:200]
BOMB = archive({"word/document.xml": bytes(30_000_000)})
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "content", "reason", "failed"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n\0", "binary (a PNG image)", False),
        ("a.doc", OLD_OFFICE + bytes(99), "binary (an old Office document)", False),
        ("a.zip", archive({"a": "b"}), "binary (a ZIP archive)", False),
        ("a.txt", bytes(20_000_001), "too large (20.0 MB)", False),
        ("a.pdf", pdf("", ""), "no text layer (2 pages)", False),
        ("a.pdf", encrypted(pdf(LONG), "secret"), "encrypted", True),
        ("a.docx", OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "encrypted", True),
        ("a.pdf", b"", "empty", True),
        ("a.pdf", CUT, "cut short", True),
        ("a.pdf", b"<p>Not found</p>", "damaged (not PDF)", True),
        ("a.docx", word_document()[:9_000], "cut short", True),
        ("a.docx", BOMB, "it unpacks to too much", True),
        ("a.docx", archive({"word/document.xml": ENTITIES}), "damaged (it has a DTD)", True),
        ("a.odt", archive({"content.xml": ENTITIES.encode("utf-16")}), "damaged (it has a DTD)", True),
        ("a.ipynb", b"[" * 100_000, "damaged (no JSON)", True),
        ("a.ipynb", b"[]", "damaged (not a notebook)", True),
    ],
)
def test_what_cannot_be_read_is_named(name: str, content: bytes, reason: str, failed: bool) -> None:
    with pytest.raises(Unreadable) as error:
        read(name, content)
    assert (error.value.reason, error.value.failed) == (reason, failed)


def test_an_empty_page_or_notebook_is_an_empty_text() -> None:
    assert read("a.html", "").text == read("a.ipynb", "\n").text.strip() == ""


def test_a_file_with_an_empty_password_is_read() -> None:
    assert read("a.pdf", encrypted(pdf(LONG), "")).text == LONG


WHOLE = (
    ("a.pdf", pdf(LONG, LONG)),
    ("a.docx", word_document()),
    ("a.odt", open_document("<text:p>One</text:p>")),
    ("a.ipynb", notebook({"cell_type": "code", "source": ["x"]})),
    ("a.eml", b"Subject: x\nContent-Type: text/html; charset=utf-8\n\n<p>text"),
    ("a.rtf", rb"{\rtf1 Text\u8364 ?\par{\*\x}}"),
    ("a.html", b"<table><tr><td>x</table><pre>y</pre>"),
)


@settings(max_examples=60, deadline=None)
@given(
    which=st.sampled_from(WHOLE),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), st.binary(max_size=20)), max_size=6),
)
def test_whatever_is_in_a_file_it_is_read_or_named(
    which: tuple[str, bytes], changes: list[tuple[float, int, bytes]]
) -> None:
    name, content = which
    for share, dropped, added in changes:
        at = int(share * len(content))
        content = content[:at] + added + content[at + dropped :]
    with suppress(Unreadable):
        document = read(name, content)
        assert not document.places or len(document.places) == document.text.count("\n") + 1


def test_a_library_that_is_missing_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bs4", None)
    monkeypatch.delitem(sys.modules, "chatbot_cli.readers.markup", raising=False)
    with pytest.raises(Unreadable) as error:
        read_as(Format.HTML, b"<p>text")
    sent = parse_reply(reply(error.value))  # the child has another folder, and must not word the command
    assert isinstance(sent, Unreadable)
    assert (sent.reason, sent.failed, sent.mend) == (
        "beautifulsoup4 is not installed",
        True,
        install_command("documents"),
    )
