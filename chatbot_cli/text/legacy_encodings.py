"""Guesses which encoding of an older system bytes have that are no UTF-8. Imports charset-normalizer: load it late."""

import re
from collections.abc import Iterator

from charset_normalizer import CharsetMatch, from_bytes

NAMES = {
    "cp1252": "Windows-1252 (Latin-1)",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "koi8_r": "KOI8-R",
    "cp866": "DOS code page 866",
    "cp850": "DOS code page 850",
    "mac_roman": "Mac Roman",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "gb18030": "GB 18030",
    "big5": "Big5",
    "cp949": "EUC-KR",
}
"""The encodings that are still met. The library knows a hundred, and finds rare ones in short texts."""

_MOST = 65_536  # bytes from which the encoding is guessed
_PIECE = 1_024
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")
_UMLAUTS = re.compile("[äöüßÄÖÜéèêàçñÉ]+".encode("cp1252"))  # somebody tries what becomes of them, without words
_CYRILLIC = ("cp1251", "koi8_r", "cp866")
_CYRILLIC_WORD = re.compile(r"[А-ЯЁ]?[а-яё]+|[А-ЯЁ]{1,8}")
_LONG_CYRILLIC = re.compile(r"[А-ЯЁ]?[а-яё]{3,}")
_IN_PAIRS = ("gb18030", "cp949", "big5", "euc_jp")  # each character of these is two high bytes, mostly
_RULED_OUT = ("cp1252", "cp1254")  # the text would have looked Western
_RIVALS = ("cp1250", "cp1254")  # they share most letters with Windows-1252

# What Western European texts hold besides ASCII, in words and around them.
_LETTERS = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþœŒšŠžŽ"
_MARKS = "\xa0¡¢£¥§©ª«¬\xad®°±²³´µ¶·¹º»¼½¾¿×÷€™†‡•–—‘’“”„…‰‹›"
_WESTERN = re.compile(f"[\x00-\x7f{_LETTERS}{_MARKS}]*")
_ODD = re.compile(  # a sign in the middle of a word, or a capital after a small letter
    f"[a-zA-Z{_LETTERS}][¡¢£¥§©ª¬®°±²³´¶¹º¼½¾¿×÷€™†‡•„][a-z{_LETTERS}]|[a-z][{_LETTERS[:30]}ŠŽŒ]"
)


def decode_legacy(data: bytes, *, western_only: bool) -> tuple[str, str] | None:
    """The text, and its encoding as people call it; None if none fits. A byte that the encoding has not is U+FFFD."""
    sample = b"\n".join(_telling_pieces(data))
    codec = _western(sample) or (None if western_only else _cyrillic(sample) or _by_library(sample))
    return (data.decode(codec, "replace"), NAMES[codec]) if codec else None


def _telling_pieces(data: bytes) -> Iterator[bytes]:
    """The lines that are not ASCII, bounded in length and number."""
    position = taken = 0
    while taken < _MOST and (high := _HIGH.search(data, position)):
        start = data.rfind(b"\n", max(position, high.start() - _PIECE), high.start()) + 1 or max(
            position, high.start() - _PIECE // 4
        )
        end = data.find(b"\n", high.start(), high.start() + 4 * _PIECE)
        position = high.start() + 4 * _PIECE if end < 0 else end
        taken += position - start
        yield data[start:position]


def _western(sample: bytes) -> str | None:
    """Windows-1252 if its letters stand as they do in Western European words, and no rival knows the words better."""
    runs = _HIGH_RUNS.findall(sample)
    in_long_runs = sum(len(run) for run in runs if len(run) > 2)
    if in_long_runs > sum(map(len, runs)) / 2 and not all(map(_UMLAUTS.fullmatch, runs)):
        return None
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return None
    if not _WESTERN.fullmatch(text) or _ODD.search(text):
        return None
    best, by_codec = _matches(sample)
    western = by_codec.get("cp1252")
    known = western.coherence if western else 0.0
    return best.encoding if best and best.encoding in _RIVALS and best.coherence > known else "cp1252"


def _cyrillic(sample: bytes) -> str | None:
    """The encoding in which all that is not ASCII is Cyrillic words, with capitals nowhere but in front."""
    runs = _HIGH_RUNS.findall(sample)
    for codec in _CYRILLIC:
        words = [run.decode(codec, "replace") for run in runs]
        if all(map(_CYRILLIC_WORD.fullmatch, words)) and any(map(_LONG_CYRILLIC.fullmatch, words)):
            return codec
    return None


def _by_library(sample: bytes) -> str | None:
    best, by_codec = _matches(sample)
    if best is None:
        return None
    in_pairs = all(len(run) % 2 == 0 and min(run) > 0xA0 for run in _HIGH_RUNS.findall(sample))
    for codec in (*_IN_PAIRS, "cp932") if in_pairs else ("cp932", *_IN_PAIRS):
        if codec in by_codec and by_codec[codec].chaos == best.chaos:
            return codec
    others = {codec: match for codec, match in by_codec.items() if codec not in _RULED_OUT}
    return max(others, key=lambda codec: others[codec].coherence - others[codec].chaos, default=None)


def _matches(sample: bytes) -> tuple[CharsetMatch | None, dict[str, CharsetMatch]]:
    """The library's best match, and the match of each encoding that fits."""
    found = from_bytes(sample, cp_isolation=list(NAMES), enable_fallback=False)
    return found.best(), {codec: match for match in found for codec in match.could_be_from_charset if codec in NAMES}
