"""Files for a message: read by what they are, refused with numbers, and a folder up to what there is room for."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot_cli.attachments.files import FilesOfFolder
from chatbot_cli.attachments.paths import Paths
from chatbot_cli.chat.attachments import TEXT, Attachment
from chatbot_cli.errors import AttachmentRefused
from chatbot_cli.readers.document import ReadDocument, lacking
from chatbot_cli.system.extras import install_command
from chatbot_cli.text.image_sizes import ImageSize, image_size
from tests.images import gif, jpeg, png, webp
from tests.readers.made_files import pdf


class Folder:
    """A folder of files, and what is read of it. So many characters of its files may be sent."""

    def __init__(self, path: Path, room: int = 10_000) -> None:
        self.path = path
        self.files = FilesOfFolder(Paths(path, path / "home"), {}, lambda: room)

    def put(self, name: str, content: bytes | str) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    async def read(self, path: str) -> list[Attachment]:
        return [*await self.files.read(path)]

    async def refused(self, path: str) -> AttachmentRefused:
        with pytest.raises(AttachmentRefused) as caught:
            await self.read(path)
        return caught.value


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(png(), "image/png"), (jpeg(), "image/jpeg"), (gif(), "image/gif"), (webp(), "image/webp")],
)
async def test_an_image_is_sent_as_it_is_whatever_its_name_says(
    folder: Folder, content: bytes, media_type: str
) -> None:
    folder.put("picture.txt", content)
    assert await folder.read("picture.txt") == [Attachment("picture.txt", media_type, content)]
    assert folder.files.take_notices() == []


async def test_text_of_any_encoding_is_sent_in_utf8(folder: Folder) -> None:
    folder.put("my notes.md", "# Grüße\n".encode("cp1252"))
    folder.put("home/x.py", "print(1)\n")
    assert await folder.read("my notes.md") == [Attachment("my notes.md", TEXT, "# Grüße\n".encode())]
    assert await folder.read("~/x.py") == [Attachment("~/x.py", TEXT, b"print(1)\n")]


async def test_a_path_that_a_shell_has_written_out_is_named_from_here_or_from_home_on(folder: Folder) -> None:
    folder.put("notes.txt", "Here.\n")
    folder.put("home/x.py", "print(1)\n")
    names = [(await folder.read(str(folder.path / path)))[0].name for path in ("notes.txt", "home/x.py")]
    assert names == ["notes.txt", "home/x.py"]
    elsewhere = FilesOfFolder(Paths(folder.path / "elsewhere", folder.path / "home"), {}, lambda: 1)
    assert (await elsewhere.read(str(folder.path / "home/x.py")))[0].name == "~/x.py"


async def test_a_page_is_sent_as_its_text_and_says_what_it_was(folder: Folder) -> None:
    folder.put("page.html", "<html><body><script>x()</script><p>Words of the page.</p></body></html>")
    (page,) = await folder.read("page.html")
    assert (page.media_type, page.made_from, page.text.strip()) == (TEXT, "HTML", "Words of the page.")


async def test_a_pdf_is_sent_as_text_with_its_pages(folder: Folder) -> None:
    folder.put("report.pdf", pdf("One boiler.", "", "Two boilers."))
    (report,) = await folder.read("report.pdf")
    assert (report.media_type, report.made_from) == (TEXT, "PDF, 3 pages")
    lines = [line for line in report.text.splitlines() if line]
    assert lines == ["[page 1]", "One boiler.", "[page 3]", "Two boilers."]
    assert folder.files.take_notices() == ["report.pdf: 1 page has no text."]


async def test_what_cannot_be_sent_is_refused_in_a_sentence(folder: Folder) -> None:
    folder.put("noise", bytes(range(256)) * 8)
    folder.put("empty.txt", "")
    folder.put("cut.png", png(64, 64)[:-9])
    os.mkfifo(folder.path / "pipe")
    sentences = {
        path: str(await folder.refused(path)) for path in ("noise", "empty.txt", "cut.png", "pipe", "a\0b", "no", "")
    }
    assert sentences == {
        "noise": "noise cannot be attached: binary.",
        "empty.txt": "empty.txt cannot be attached: it has no text.",
        "cut.png": "cut.png is no whole PNG image: a part of it is missing or damaged.",
        "pipe": "pipe cannot be read: it is a pipe, not a file.",
        "a\0b": "a␀b cannot be read: no file can have that name.",
        "no": "no cannot be read: no such file or directory.",
        "": "A file to attach has no name.",  # not the folder
    }


async def test_an_image_of_6_mb_and_one_that_is_too_wide_are_made_smaller(folder: Folder) -> None:
    folder.put("large.png", png(2000, 1000, pad=6_000_000))
    folder.put("wide.png", png(9000, 300))
    (large,), (wide,) = await folder.read("large.png"), await folder.read("wide.png")
    assert image_size(large.content) == ImageSize("image/png", 1568, 784)
    assert large.made_from == "made smaller, from 2000×1000 and 6 MB"
    assert str(wide.size) == "1568×52"
    assert folder.files.take_notices() == [
        "large.png is made smaller, from 2000×1000 and 6 MB; now it has 1568×784.",
        "wide.png is made smaller, from 9000×300 and 0.1 MB; now it has 1568×52.",
    ]


async def test_without_the_library_they_are_refused_with_numbers_and_the_command(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    folder.put("large.png", png(2000, 1000, pad=6_000_000))
    folder.put("wide.png", png(9000, 300))
    large, wide = await folder.refused("large.png"), await folder.refused("wide.png")
    assert str(large) == "large.png has 6 MB, and an image may have 5 MB as it is sent, which is a file of 3.75 MB."
    assert str(wide) == "wide.png has 9000×300 pixels, and an image may have 8,000 in each direction."
    assert large.marked_hint == wide.marked_hint == f"{install_command('documents')} lets it be made smaller here."


async def test_a_bitmap_is_turned_into_a_png(folder: Folder) -> None:
    header = b"BM" + (58).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    info = b"".join(n.to_bytes(4, "little") for n in (40, 1, 1)) + b"\1\0\x18\0" + bytes(24)
    folder.put("old.bmp", header + info + b"\xff\0\0\0")
    (made,) = await folder.read("old.bmp")
    assert (made.media_type, str(made.size), made.made_from) == ("image/png", "1×1", "made from a BMP image")


async def test_a_folder_is_its_texts_in_the_order_of_their_paths(folder: Folder) -> None:
    for name in ("docs/b.md", "docs/a/z.py", "docs/c.txt"):
        folder.put(name, f"In {name}.\n")
    folder.put("docs/plan.png", png())
    folder.put("docs/noise.bin", bytes(range(256)))
    folder.put("docs/server.pem", "-----BEGIN PRIVATE KEY-----\n")
    folder.put("docs/.gitignore", "c.txt\n")
    folder.put("docs/.env", "KEY=1\n")
    assert sorted(one.name for one in await folder.read("docs/")) == ["docs/a/z.py", "docs/b.md"]
    assert folder.files.take_notices() == [
        "docs: 2 files; left out: 1 image (to be named one by one), 1 file without text, "
        "1 file with keys, or made by a program."
    ]


async def test_a_folder_that_is_sent_whole_says_no_more_of_itself(folder: Folder) -> None:
    folder.put("übung/a.md", "Words.\n")
    assert [one.name for one in await folder.read("übung")] == ["übung/a.md"]
    assert folder.files.take_notices() == []


async def test_what_of_a_folder_wants_a_library_is_counted_with_the_command(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot_cli.attachments.folders.read_document", _without_library)
    folder.put("docs/a.html", "<p>x")
    folder.put("docs/b.html", "<p>x")
    sentence = str(await folder.refused("docs"))
    assert sentence.endswith(f"it has 2 files that need {install_command('documents')}.")


def _without_library(path: Path, content: bytes, is_stopped: Callable[[], bool]) -> ReadDocument:
    raise lacking("beautifulsoup4")


async def test_a_folder_is_sent_as_far_as_there_is_room(tmp_path: Path) -> None:
    folder = Folder(tmp_path, room=2_000)
    for number in range(9):
        folder.put(f"docs/{number}.txt", "words " * 100)
    assert [one.name for one in await folder.read("docs")] == ["docs/0.txt", "docs/1.txt", "docs/2.txt"]
    assert folder.files.take_notices() == ["docs: 3 files; left out: 6 files for which there is no room."]


async def test_of_a_huge_folder_only_the_beginning_is_looked_at(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot_cli.attachments.folders.MOST_LOOKED_AT", 3)
    for number in range(9):
        folder.put(f"docs/{number}.txt", "words")
    assert len(await folder.read("docs")) == 3
    assert folder.files.take_notices() == ["docs: 3 files; left out: all after the first 5,000."]


async def test_a_folder_without_texts_is_refused(folder: Folder) -> None:
    folder.put("pictures/plan.png", png())
    (folder.path / "nothing").mkdir()
    assert str(await folder.refused("pictures")) == (
        "Nothing of the folder pictures can be sent: it has 1 image (to be named one by one)."
    )
    assert "has no files" in str(await folder.refused("nothing"))


async def test_a_reading_that_is_cancelled_ends(folder: Folder) -> None:
    for number in range(200):
        folder.put(f"docs/{number}.txt", "words")
    reading = asyncio.ensure_future(folder.read("docs"))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_a_file_of_a_folder_that_becomes_a_link_is_not_followed(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = folder.path / "secret.txt"
    secret.write_text("heliotrope")
    folder.put("docs/a.txt", "words")
    folder.put("docs/b.txt", "words")

    def exchanged(path: Path, size: int) -> bool:
        if path.name == "b.txt":
            path.unlink()
            path.symlink_to(secret)
        return False

    monkeypatch.setattr("chatbot_cli.attachments.folders.unwanted", exchanged)
    assert [one.name for one in await folder.read("docs")] == ["docs/a.txt"]


async def test_a_folder_in_it_that_is_closed_is_named_as_left_out(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put("docs/a.txt", "words")
    folder.put("docs/closed/b.txt", "words")
    scandir = os.scandir

    def closed(path: str | int) -> object:
        if isinstance(path, str) and path.rstrip("/").endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr("os.scandir", closed)
    assert len(await folder.read("docs")) == 1
    assert folder.files.take_notices() == ["docs: 1 file; left out: 1 folder that cannot be looked at."]
