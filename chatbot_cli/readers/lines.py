"""The lines of a text while it is made, each with its place in the document."""

from chatbot_cli.chat.passages import Unit
from chatbot_cli.readers.document import Form, ReadDocument, Unreadable

MOST_TEXT = 20_000_000  # characters


class Lines:
    """Lines that a text is made of. Blank ones only stand between others, one at a time."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._places: list[int] = []
        self._size = 0

    def add(self, text: str, place: int) -> None:
        """One line; signs that would end it are spaces. Raises Unreadable if there is too much text."""
        if "\r" in text or "\n" in text:
            text = text.replace("\r", " ").replace("\n", " ")
        self._size += len(text) + 1
        if self._size > MOST_TEXT:
            raise Unreadable("too large (more than 20 million characters of text)")
        self.texts.append(text)
        self._places.append(place)

    def blank(self) -> None:
        """End a block, unless nothing stands before, or it is ended."""
        if self.texts and self.texts[-1]:
            self.add("", self._places[-1])

    def block(self, text: str, place: int) -> None:
        """Lines with a blank one after them, unless they have no text."""
        kept = [line for line in text.split("\n") if line.strip()]
        for line in kept:
            self.add(line.rstrip(), place)
        if kept:
            self.blank()

    def table(self, rows: list[tuple[int, list[str]]]) -> None:
        """Rows, each with its place, as Markdown has them; the first one is the head."""
        width = max((len(cells) for _, cells in rows), default=0)
        self.blank()
        for number, (place, cells) in enumerate(rows):
            plain = [" ".join(cell.split()).replace("|", "\\|") for cell in cells]
            self.add(f"| {' | '.join([*plain, *[''] * (width - len(plain))])} |", place)
            if number == 0:
                self.add("|" + " --- |" * width, place)
        self.blank()

    def document(
        self, kind: str, unit: Unit, *, form: Form = Form.MARKDOWN, encoding: str = "", notes: tuple[str, ...] = ()
    ) -> ReadDocument:
        """What has been added, without blank lines at the end."""
        while self.texts and not self.texts[-1]:
            self.texts.pop()
            self._places.pop()
        return ReadDocument(
            "\n".join(self.texts), form, kind, unit, tuple(self._places), encoding=encoding, notes=notes
        )
