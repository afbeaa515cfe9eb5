"""Files that are text: what they are built of, and every line where it is in the file."""

import gzip
from pathlib import Path, PurePath

import pytest

from chatbot_cli.readers.document import Form, ReadDocument, Unreadable
from chatbot_cli.readers.kinds import is_key_file, unwanted, unwanted_content
from chatbot_cli.readers.reading import read_document


def read(name: str, content: str | bytes) -> ReadDocument:
    return read_document(Path(name), content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize(
    ("name", "content", "form", "language"),
    [
        ("README.md", "# Hello", Form.MARKDOWN, ""),
        ("notes.txt", "Hello", Form.PROSE, ""),
        ("app.log", "12:00 started", Form.PROSE, ""),
        ("LICENSE", "MIT", Form.PROSE, ""),
        ("main.py", "x = 1", Form.CODE, "python"),
        ("tool.pl", "print 1;", Form.CODE, "perl"),
        ("Dockerfile", "FROM x", Form.CODE, "docker"),
        ("run", "#!/usr/bin/env python3\nx = 1", Form.CODE, "python"),
        ("run", "#!/bin/sh -e\nls", Form.CODE, "bash"),
        ("conf.YAML", "a: 1", Form.CODE, "yaml"),
        ("a.csv", "a,b\n1,2", Form.TABLE, ""),
        ("page.php", "<!DOCTYPE html><?php echo 1 ?>", Form.CODE, "php"),
    ],
)
def test_a_text_is_taken_for_what_its_name_says(name: str, content: str, form: Form, language: str) -> None:
    document = read(name, content)
    assert (document.form, document.language, document.text) == (form, language, content)
    assert document.places == ()


def test_an_old_encoding_is_read_and_named_and_lines_are_those_of_an_editor() -> None:
    document = read("a.txt", "Grüße aus\r\nKöln\rund Überlingen\x0cam See".encode("cp1252"))
    assert document.text.split("\n") == ["Grüße aus", "Köln", "und Überlingen\x0cam See"]
    assert document.encoding != "UTF-8"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "a.rst",
            "=====\nTitle\n=====\n\nText\n::\n\n  x\n  -\n\nPart\n----\n\nDeep\n~~~~\n\nNext\n----\n\n----\n",
            "\n# Title\n\n\nText\n::\n\n  x\n  -\n\n## Part\n\n\n### Deep\n\n\n## Next\n\n\n----\n",
        ),
        (
            "a.adoc",
            "= Title\n\n== Part\n\n----\n== code\n----\n====\ntext\n====",
            "# Title\n\n## Part\n\n```\n== code\n```\n\ntext\n",
        ),
        (
            "ls.1",
            '.\\" Hand-made\n.TH LS "1" 2022\n.SH NAME\nls \\- list\n.TP\n\\fB\\-a\\fR, \\fB\\-\\-all\\fR\nnot .\n'
            ".BR cp (1)\n.EX\nls\n.EE",
            "\n# LS(1)\n## NAME\nls - list\n\n-a, --all\nnot .\ncp(1)\n```\nls\n```",
        ),
        (
            "ssh.1",
            ".Dt SSH 1\n.Nm ssh\n.Bl -tag\n.It Fl b Ar address\nUse\n.Nm\n.Pa /etc/x .\n.El",
            "# SSH(1)\nssh\n\n- -b address\nUse\nssh\n/etc/x.\n",
        ),
        (
            "a.org",
            "#+TITLE: Plan\n* TODO One :tag:\n** Two\n#+BEGIN_SRC python\nx\n#+END_SRC\n*bold*",
            "# Plan\n# One\n## Two\n```python\nx\n```\n*bold*",
        ),
    ],
)
def test_headings_are_those_of_markdown_in_the_same_lines(name: str, content: str, expected: str) -> None:
    document = read(name, content)
    assert (document.form, document.text, document.places) == (Form.MARKDOWN, expected, ())


def test_a_row_whose_values_have_line_breaks_is_one_line() -> None:
    document = read("a.csv", 'name,text\nAda,"one\ntwo"\nBob,"three"\n')
    assert document.text == 'name,text\nAda,"one two"\nBob,"three"\n'
    assert document.places == (1, 2, 4, 5)
    assert read("b.csv", 'name;text\nAda;"one\ntwo"\n').text == 'name;text\nAda;"one two"\n'
    unclosed = 'a,b\n1,"x\n' + "word\n" * 50_000
    assert read("a.csv", unclosed).text == unclosed


def test_a_text_that_is_packed_is_read_within_limits() -> None:
    assert read("notes.md.gz", gzip.compress(b"# One\n") + gzip.compress(b"two")).text == "# One\ntwo"
    noise = bytes(97 + n * n * n % 26 for n in range(9_000))
    parts = (gzip.compress(noise, 0) + gzip.compress(b"\n")) * 2 + gzip.compress(b"") * 20_000  # in no time
    assert read("a.txt.gz", parts + b"no part").text == f"{noise.decode()}\n" * 2
    with pytest.raises(Unreadable, match="too much"):
        read("a.txt.gz", gzip.compress(bytes(20_000_001), 1))
    with pytest.raises(Unreadable, match="cut short"):
        read("a.txt.gz", gzip.compress(b"some text")[:-9])
    with pytest.raises(Unreadable, match=r"binary \(a tar archive\)"):
        read("a.tar.gz", gzip.compress(bytes(257) + b"ustar" + bytes(250)))


def test_images_within_a_text_are_left_out() -> None:
    assert read("a.md", f"![x](data:image/png;base64,{'Ab3/' * 100}) y").text == "![x](data:image/png;base64,…) y"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Unreadable, match=r"^binary$"):
        read("a.txt", bytes(range(256)))


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        ".env.local",
        "prod.env",
        "id_rsa",
        "id_ed25519",
        "server.PEM",
        "tls.key",
        ".netrc",
        ".ssh/work",
        ".aws/x",
    ],
)
def test_files_with_keys_are_not_wanted(name: str) -> None:
    assert is_key_file(PurePath("/home/ada", name))
    assert unwanted(PurePath("/home/ada", name), 10) == "a key file"


@pytest.mark.parametrize("name", [".env.example", "id_rsa.pub", "key.md", "keys.py", "environment.txt", ".ssh/config"])
def test_files_that_only_sound_like_them_are(name: str) -> None:
    assert unwanted(PurePath("/home/ada", name), 10) == ""


def test_locks_large_files_and_minified_ones_are_not_wanted() -> None:
    assert unwanted(PurePath("uv.lock"), 10) == unwanted(PurePath("Cargo.lock"), 10) == "a lock file"
    assert unwanted(PurePath("a.log"), 20_000_001) == "too large (20.0 MB)"
    assert unwanted(PurePath("jquery.min.js"), 10) == "minified"
    code = b"function f(){return 1};" * 2_000
    assert unwanted_content(PurePath("a.js"), code) == "minified"
    assert unwanted_content(PurePath("a.js"), code.replace(b";", b";\n")) == ""
    assert unwanted_content(PurePath("page.html"), code) == ""
    assert unwanted_content(PurePath("backup"), b"-----BEGIN OPENSSH PRIVATE KEY-----\n") == "a key file"
