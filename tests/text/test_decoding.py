"""Text from bytes of any encoding: what is read, what is said of it, and what is refused by name."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.text.decoding import NotText, decode

FRENCH = "Où est le café près de la forêt ? C'est déjà l'été à Besançon.\n"
RUSSIAN = "Привет, как дела? Объясни мне эту ошибку в программе.\n"
JAPANESE = "こんにちは、世界。このエラーを説明してください。\n"
CHINESE = "请解释这个错误，谢谢。程序无法打开文件。\n"
POLISH = "Zażółć gęślą jaźń, proszę wyjaśnić błąd.\n"


@pytest.mark.parametrize(
    ("text", "codec", "encoding"),
    [
        ("café\n", "latin-1", "Windows-1252 (Latin-1)"),
        ("café", "latin-1", "Windows-1252 (Latin-1)"),
        ("äöü", "latin-1", "Windows-1252 (Latin-1)"),
        ("It is 20°C and costs £5\n", "latin-1", "Windows-1252 (Latin-1)"),
        ("“quoted” – it’s 10€\r\n", "cp1252", "Windows-1252 (Latin-1)"),
        ("Größe der Straße\n", "latin-1", "Windows-1252 (Latin-1)"),
        ("¿Dónde está el niño?\n", "latin-1", "Windows-1252 (Latin-1)"),
        ("Vad är fel på den här sidan? Åäö\n", "latin-1", "Windows-1252 (Latin-1)"),
        ("Það er ekki rétt, þú verður að laga þetta\n", "latin-1", "Windows-1252 (Latin-1)"),
        (FRENCH, "latin-1", "Windows-1252 (Latin-1)"),
        (FRENCH * 2000, "latin-1", "Windows-1252 (Latin-1)"),
        ("def f():\n    # größe\n    return 'naïve'\n" * 30, "latin-1", "Windows-1252 (Latin-1)"),
        (FRENCH, "mac_roman", "Mac Roman"),
        (FRENCH, "cp850", "DOS code page 850"),
        (POLISH, "cp1250", "Windows-1250"),
        (RUSSIAN, "cp1251", "Windows-1251"),
        (RUSSIAN, "koi8_r", "KOI8-R"),
        (RUSSIAN, "cp866", "DOS code page 866"),
        ("Привет", "cp1251", "Windows-1251"),
        ("Καλημέρα κόσμε, τι κάνεις;\n", "cp1253", "Windows-1253"),
        ("Günaydın dünya, şu hatayı açıkla ığüşöç\n", "cp1254", "Windows-1254"),
        (JAPANESE, "shift_jis", "Shift-JIS"),
        (JAPANESE, "euc_jp", "EUC-JP"),
        (JAPANESE, "iso2022_jp", "ISO-2022-JP"),
        ("東京", "shift_jis", "Shift-JIS"),
        ("テスト", "shift_jis", "Shift-JIS"),
        (CHINESE, "gb18030", "GB 18030"),
        ("請解釋這個錯誤,程式無法開啟檔案\n", "big5", "Big5"),
        ("안녕하세요 이 오류를 설명해 주세요\n", "cp949", "EUC-KR"),
    ],
)
def test_text_of_older_systems_is_read_in_its_encoding(text: str, codec: str, encoding: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert decoded.notice == f"not UTF-8; it is read as {encoding}"


@pytest.mark.parametrize("text", ["hi", FRENCH, RUSSIAN, JAPANESE, CHINESE * 100, "1\t2\r\n", "😀 ok\n"])
@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        *((codec, "UTF-8") for codec in ("utf-8", "utf-8-sig")),
        *((codec, "UTF-16") for codec in ("utf-16", "utf-16-le", "utf-16-be")),
        *((codec, "UTF-32") for codec in ("utf-32", "utf-32-le", "utf-32-be")),
    ],
)
def test_unicode_is_read_in_every_form_with_a_mark_and_without(text: str, codec: str, encoding: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert (decoded.notice == "") == (encoding == "UTF-8")


@pytest.mark.parametrize(
    ("data", "text", "bad"),
    [
        ("naïve ".encode() + b"\xff ok", "naïve � ok", 1),
        (b"x" * 5000 + b"\xff" + b"y" * 3000, "x" * 5000 + "�" + "y" * 3000, 1),
        (b"error \x81 here", "error � here", 1),
        ("日本語".encode()[:-1], "日本�", 2),
        (b"abc\xe2\x82", "abc�", 2),
        ("日本\n".encode() * 100 + b"caf\xe9\n", "日本\n" * 100 + "caf�\n", 1),
    ],
)
def test_utf8_with_a_bad_byte_stays_utf8_and_the_bytes_are_counted(data: bytes, text: str, bad: int) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.bad_bytes) == (text, bad)
    assert decoded.notice.startswith("read as UTF-8, with “�” in place of ")


def test_the_last_half_of_a_character_costs_no_utf16() -> None:
    decoded = decode("hi".encode("utf-16") + b"x")
    assert (decoded.text, decoded.encoding, decoded.bad_bytes) == ("hi�", "UTF-16", 1)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
        (b"GIF89a\x01\0\x01\0", "a GIF image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image"),
        (b"\x7fELF\x02\x01\x01" + bytes(9), "a program (ELF)"),
        (b"MZ\x90\0\x03", "a Windows program"),
        (gzip.compress(b"hello", mtime=0), "gzip data"),
        (b"%PDF-1.7\n1 0 obj", "a PDF document"),
        (b"%PDF-1.7\r\n%\xe2\xe3\xcf\xd3", "a PDF document"),
        (b"PK\x03\x04\x14\0\x06\0word/document.xml", "a Word document"),
        (b"PK\x03\x04\x14\0\x06\0notes.txt", "a ZIP archive"),
        (b"SQLite format 3\0\x10", "an SQLite database"),
        (b"BZh91AY&SY\xd5\0", "bzip2 data"),
        (b"ID3\x04\0\0", "an MP3 recording"),
        (b"notes.txt" + bytes(248) + b"ustar\0", "a tar archive"),
        (bytes(100), "binary data"),
        (bytes(range(256)), "binary data"),
        (b"\xff\x00\x13", "binary data"),
    ],
)
def test_what_is_no_text_is_refused_by_name(data: bytes, kind: str) -> None:
    with pytest.raises(NotText) as refused:
        decode(data)
    assert (refused.value.kind, refused.value.separated) == (kind, False)


@pytest.mark.parametrize("data", [b"a\0b", b"ab\0cd\0", b"abc\0xyz\0", "café\0x".encode()])
def test_nuls_that_divide_names_are_known_as_such(data: bytes) -> None:
    with pytest.raises(NotText) as refused:
        decode(data)
    assert refused.value.separated


@pytest.mark.parametrize("text", ["%PDF-1.7 means?", "BZh is what?", "MZ", "GIF89a", "BM", "\x1b[31mred\x1b[0m é", ""])
def test_words_that_begin_like_another_file_are_text(text: str) -> None:
    assert decode(text.encode()).text == text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\x1b\ufeff"), min_size=1))
def test_utf8_without_nuls_is_never_changed(text: str) -> None:
    try:
        decoded = decode(text.encode())
    except NotText:
        assert text.startswith(("%PDF-", "\x7fELF"))
    else:
        assert (decoded.text, decoded.notice) == (text, "")


@given(st.binary(max_size=200))
def test_whatever_comes_no_byte_is_lost_in_silence(data: bytes) -> None:
    try:
        decoded = decode(data)
    except NotText:
        return
    assert decoded.notice or decoded.text == data.decode("utf-8-sig")
    assert "�" not in decoded.text or decoded.bad_bytes or "�".encode() in data or decoded.encoding != "UTF-8"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"a line of a log\n" * 200_000 + b"caf\xe9\n", "Windows-1252 (Latin-1)"),
        (b"x" * 5_000_000 + b"caf\xe9", "Windows-1252 (Latin-1)"),
        ("日本\n".encode("shift_jis") * 500_000, "Shift-JIS"),
        ("hello\n".encode("utf-16-le") * 500_000, "UTF-16"),
    ],
    ids=["late", "one line", "all of it", "UTF-16"],
)
def test_megabytes_are_judged_by_a_sample_of_what_is_not_ascii(data: bytes, encoding: str) -> None:
    assert decode(data).encoding == encoding
