"""Files of formats that are not text, made for a test: small, and as the programs make them that people use."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter

OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(*pages: str) -> bytes:
    """A PDF with these pages: each line is set in Helvetica; an empty page has no text layer."""
    return _pdf_of([_set(page.split("\n"), 72) for page in pages])


def pdf_with_columns(*columns: Sequence[str]) -> bytes:
    """A PDF with one page, on which one column is set after the other, as programs do with tables."""
    return _pdf_of([" ".join(_set(column, 72 + 150 * number) for number, column in enumerate(columns))])


def _set(lines: Sequence[str], left: int) -> str:
    shown = [f"({line}) Tj 0 -14 Td" for line in lines if line]
    return f"BT /F1 12 Tf {left} 720 Td {' '.join(shown)} ET" if shown else ""


def _pdf_of(streams: Sequence[str]) -> bytes:
    bodies = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for stream in streams:
        kids.append(f"{len(bodies) + 1} 0 R")
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(bodies) + 2} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        bodies.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    bodies[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return _numbered(bodies)


def _numbered(bodies: Sequence[str]) -> bytes:
    written, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    return f"{written}xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def encrypted(content: bytes, password: str) -> bytes:
    """A PDF that is opened with a password."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.encrypt(password, algorithm="RC4-128")
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def archive(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return written.getvalue()


def open_document(body: str) -> bytes:
    """A text of LibreOffice; `body` has the prefixes text and table."""
    content = (
        f'<office:document-content xmlns:office="{OFFICE}:office:1.0" xmlns:text="{OFFICE}:text:1.0"'
        f' xmlns:table="{OFFICE}:table:1.0"><office:body><office:text>{body}</office:text></office:body>'
        "</office:document-content>"
    )
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def book(*chapters: str) -> bytes:
    """An EPUB with these chapters, the last one first in the archive."""
    files = {f"OPS/text/{number}.xhtml": chapter for number, chapter in reversed(list(enumerate(chapters)))}
    items = "".join(f'<item id="c{number}" href="text/{number}.xhtml"/>' for number in range(len(chapters)))
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
            "OPS/book.opf": f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest>'
            f"<spine>{spine}</spine></package>",
            **files,
        }
    )


def workbook(name: str, rows: str, strings: Sequence[str] = ()) -> bytes:
    """A workbook with one sheet; `rows` are its rows as XML."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f'<workbook {main} xmlns:r="{RELATIONS}"><sheets><sheet name="{name}" r:id="r1"/>'
            "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
            "xl/sharedStrings.xml": f"<sst {main}>{''.join(f'<si><t>{text}</t></si>' for text in strings)}</sst>",
            "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>",
        }
    )


def slides(*titles_and_texts: tuple[str, str]) -> bytes:
    """A presentation: a title and a text on each slide."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    names = f'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="{drawing}"'
    shape = (
        '<p:sp><p:nvSpPr><p:nvPr><p:ph type="{}"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p>'
        "</p:txBody></p:sp>"
    )
    members: dict[str, str | bytes] = {"[Content_Types].xml": "<Types/>"}
    ids = links = ""
    for number, (title, text) in enumerate(titles_and_texts, start=1):
        shapes = shape.format("title", title) + shape.format("body", text) + shape.format("sldNum", number)
        members[f"ppt/slides/slide{number}.xml"] = f"<p:sld {names}>{shapes}</p:sld>"
        ids += f'<p:sldId xmlns:r="{RELATIONS}" r:id="r{number}"/>'
        links += f'<Relationship Id="r{number}" Type="x/slide" Target="slides/slide{number}.xml"/>'
    members["ppt/presentation.xml"] = f"<p:presentation {names}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
    members["ppt/_rels/presentation.xml.rels"] = f"<Relationships>{links}</Relationships>"
    return archive(members)


def notebook(*cells: dict[str, object]) -> bytes:
    """A notebook as Jupyter writes it."""
    return json.dumps({"cells": cells, "metadata": {"kernelspec": {"language": "python"}}}, indent=1).encode()
