"""PowerPoint: the text of each slide, with its title as a heading, and the speaker's notes."""

from posixpath import basename, join, normpath
from xml.etree.ElementTree import Element

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import ReadDocument
from chatbot_cli.readers.lines import Lines
from chatbot_cli.readers.office.archive import Archive
from chatbot_cli.text.counts import counted

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLIDE = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TITLES = ("title", "ctrTitle")
_NO_NOTES = ("sldNum", "hdr", "ftr", "dt", "sldImg")


def read_slides(content: bytes) -> ReadDocument:
    """A presentation as Markdown; its places are the slides. Raises Unreadable."""
    archive = Archive(content)
    links = _links(archive, "ppt/presentation.xml")
    slides = [
        links[link][1]
        for slide in archive.xml("ppt/presentation.xml").iter(f"{_SLIDE}sldId")
        if (link := slide.get(_LINK, "")) in links
    ]
    lines = Lines()
    for number, slide in enumerate(slides, start=1):
        _add(lines, archive.xml(slide), number)
        for kind, member in _links(archive, slide).values():
            if kind == "notesSlide":
                lines.block("\n".join(text for _, text in _texts(archive.xml(member))), number)
    return lines.document(f"PowerPoint, {counted(len(slides), 'slide')}", Unit.PAGE)


def _links(archive: Archive, member: str) -> dict[str, tuple[str, str]]:
    """What a member is linked with, by the name of the link: its kind, and the other member."""
    folder, _, name = member.rpartition("/")
    links = f"{folder}/_rels/{name}.rels"
    if links not in archive.names:
        return {}
    found = {
        link.get("Id", ""): (
            basename(link.get("Type", "")),
            normpath(join(f"/{folder}", link.get("Target", ""))).lstrip("/"),
        )
        for link in archive.xml(links)
    }
    return {name: link for name, link in found.items() if link[1] in archive.names}


def _add(lines: Lines, slide: Element, number: int) -> None:
    texts = _texts(slide)
    titles = [text for is_title, text in texts if is_title]
    if titles:
        lines.block(f"# {' '.join(' '.join(titles).split())}", number)
    lines.block("\n".join(text for is_title, text in texts if not is_title), number)
    for table in slide.iter(f"{_DRAWING}tbl"):
        rows = [
            (number, [" ".join(_paragraphs(cell)) for cell in row.iter(f"{_DRAWING}tc")])
            for row in table.iter(f"{_DRAWING}tr")
        ]
        lines.table(rows)


def _texts(slide: Element) -> list[tuple[bool, str]]:
    """The paragraphs of all shapes, and which of them are titles."""
    found = []
    for shape in slide.iter(f"{_SLIDE}sp"):
        placeholder = shape.find(f"{_SLIDE}nvSpPr/{_SLIDE}nvPr/{_SLIDE}ph")
        kind = placeholder.get("type", "") if placeholder is not None else ""
        if kind not in _NO_NOTES:
            found += [(kind in _TITLES, text) for text in _paragraphs(shape) if text.strip()]
    return found


def _paragraphs(element: Element) -> list[str]:
    return [
        "".join(part.text or "" for part in paragraph.iter(f"{_DRAWING}t"))
        for paragraph in element.iter(f"{_DRAWING}p")
    ]
