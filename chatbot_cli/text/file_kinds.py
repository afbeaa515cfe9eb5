"""What the bytes of a file are that hold no text, by the signature they begin with. Pure."""

BINARY = "binary data"  # of which no more is known
_ZIP = "a ZIP archive"
PACKED = (_ZIP, "gzip data", "bzip2 data", "xz data", "Zstandard data", "LZ4 data", "a 7-Zip archive", "a RAR archive")
"""The kinds that hold other files."""

# Each signature with a name that follows "is". A byte in them that no text has makes them certain.
_CERTAIN = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\0\0\x01\0", "an icon"),
    (b"\x7fELF", "a program (ELF)"),
    (b"\xcf\xfa\xed\xfe", "a program (Mach-O)"),
    (b"\xce\xfa\xed\xfe", "a program (Mach-O)"),
    (b"\xca\xfe\xba\xbe", "a program (Mach-O or Java)"),
    (b"\0asm", "a program (WebAssembly)"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x1f\x9d", "compressed data"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"\xfd7zXZ", "xz data"),
    (b"\x04\x22\x4d\x18", "LZ4 data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"PK\x03\x04", _ZIP),
    (b"PK\x05\x06", _ZIP),
    (b"PK\x07\x08", _ZIP),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"\x1a\x45\xdf\xa3", "a video"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89HDF\r\n", "an HDF5 file"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\0\x01\0\0\0", "a font"),
)
# Words may begin so as well: they count only for bytes that are no text.
_IF_NO_TEXT = (
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"8BPS", "a Photoshop image"),
    (b"BZh", "bzip2 data"),
    (b"MZ", "a Windows program"),
    (b"!<arch>\n", "an archive of object files"),
    (b"OggS", "an Ogg recording"),
    (b"fLaC", "a FLAC recording"),
    (b"ID3", "an MP3 recording"),
    (b"\xff\xfb", "an MP3 recording"),
    (b"MThd", "a MIDI file"),
    (b"FLV", "a video"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"OTTO", "a font"),
    (b"PAR1", "a Parquet file"),
    (b"PACK", "a Git pack"),
    (b"bplist", "a binary property list"),
)
_AT_OFFSETS = (
    (4, b"ftyp", "a video, or an image as phones take them"),
    (8, b"WEBP", "a WebP image"),
    (8, b"WAVE", "a WAV recording"),
    (8, b"AVI ", "a video"),
    (257, b"ustar", "a tar archive"),
)
# What the names of files in a ZIP archive tell about it, within its first bytes.
_IN_ZIP = (
    (b"word/", "a Word document"),
    (b"xl/", "an Excel workbook"),
    (b"ppt/", "a PowerPoint presentation"),
    (b"application/epub+zip", "an EPUB book"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
    (b"META-INF/MANIFEST.MF", "a Java archive"),
)
_ZIP_BEGINNING = 16_384


def certain_kind(data: bytes) -> str | None:
    """What the bytes are, as in "a PNG image", if their beginning tells so beyond doubt; else None."""
    kind = next((kind for signature, kind in _CERTAIN if data.startswith(signature)), None)
    if kind == _ZIP:
        beginning = data[:_ZIP_BEGINNING]
        return next((inside for part, inside in _IN_ZIP if part in beginning), kind)
    is_pdf = data.startswith(b"%PDF-") and data[8:9] in (b"\r", b"\n")  # it may be ASCII throughout
    return "a PDF document" if is_pdf else kind


def likely_kind(data: bytes) -> str:
    """What the bytes are that are known to be no text."""
    if kind := certain_kind(data):
        return kind
    for offset, signature, named in _AT_OFFSETS:
        if data[offset : offset + len(signature)] == signature:
            return named
    return next((kind for signature, kind in _IF_NO_TEXT if data.startswith(signature)), BINARY)
