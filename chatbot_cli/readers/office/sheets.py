"""Excel workbooks: the values of each sheet as a table, whose places are its rows."""

import re
from posixpath import join, normpath
from xml.etree.ElementTree import Element

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import ReadDocument
from chatbot_cli.readers.lines import Lines
from chatbot_cli.readers.office.archive import Archive
from chatbot_cli.text.counts import counted

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRINGS = "xl/sharedStrings.xml"
_COLUMN = re.compile(r"[A-Z]{1,3}")
_MOST_COLUMNS = 200
_TRUTH = {"1": "TRUE", "0": "FALSE"}


def read_sheets(content: bytes) -> ReadDocument:
    """A workbook as Markdown. Raises Unreadable."""
    archive = Archive(content)
    strings = [_text(item) for item in archive.xml(_STRINGS)] if _STRINGS in archive.names else []
    sheets, lines = _sheets(archive), Lines()
    for name, member in sheets:
        rows = _rows(archive.xml(member), strings)
        if rows:
            lines.block(f"# {' '.join(name.split())}", rows[0][0])
            lines.table(rows)
    return lines.document(f"Excel, {counted(len(sheets), 'sheet')}", Unit.LINE)


def _sheets(archive: Archive) -> list[tuple[str, str]]:
    """The name of each sheet, and of the member that has it."""
    links = archive.xml("xl/_rels/workbook.xml.rels")
    members = {link.get("Id"): link.get("Target", "") for link in links}
    found = []
    for sheet in archive.xml("xl/workbook.xml").iter(f"{_MAIN}sheet"):
        member = normpath(join("/xl", members.get(sheet.get(_LINK), ""))).lstrip("/")
        if member in archive.names:
            found.append((sheet.get("name", ""), member))
    return found


def _rows(sheet: Element, strings: list[str]) -> list[tuple[int, list[str]]]:
    """The rows that have values, each with its number."""
    rows, number = [], 0
    for row in sheet.iter(f"{_MAIN}row"):
        stated = row.get("r", "")
        number = int(stated) if stated.isdecimal() and len(stated) < len("10000000") else number + 1
        cells: list[str] = []
        for cell in row.iter(f"{_MAIN}c"):
            column = _column(cell.get("r", ""), len(cells))
            if column < _MOST_COLUMNS:
                cells += [""] * (column - len(cells))
                cells.append(_value(cell, strings))
        if any(cells):
            rows.append((number, cells))
    return rows


def _column(reference: str, otherwise: int) -> int:
    """The column of a reference such as "AB12", from 0; never one that was passed."""
    if not (letters := _COLUMN.match(reference)):
        return otherwise
    column = 0
    for letter in letters[0]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return max(otherwise, column - 1)


def _value(cell: Element, strings: list[str]) -> str:
    kind, value = cell.get("t", ""), cell.findtext(f"{_MAIN}v", "")
    if kind == "s":
        return strings[int(value)] if value.isdecimal() and int(value) < len(strings) else ""
    if kind == "inlineStr":
        return _text(cell)
    return _TRUTH.get(value, value) if kind == "b" else value


def _text(item: Element) -> str:
    """The text of all its parts, but for how it is pronounced."""
    spoken = {id(part) for hint in item.iter(f"{_MAIN}rPh") for part in hint.iter()}
    return "".join(part.text or "" for part in item.iter(f"{_MAIN}t") if id(part) not in spoken)
