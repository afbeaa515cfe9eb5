"""Takes in a long paste at once: prompt_toolkit searches all that came of it again with every kilobyte."""

from prompt_toolkit.input import Input
from prompt_toolkit.input.vt100_parser import Vt100Parser

BEGIN, END = "\x1b[200~", "\x1b[201~"


def collect_pastes(keyboard: Input) -> None:
    """Let a keyboard collect what is pasted until its end has come. Windows' own has no such parser."""
    parser = getattr(keyboard, "vt100_parser", None)
    if isinstance(parser, Vt100Parser) and not isinstance(parser, _Collecting):
        keyboard.vt100_parser = _Collecting(parser.feed_key_callback)  # type: ignore[attr-defined]  # only the inputs of terminals have one


class _Collecting(Vt100Parser):
    """Gives the rest of the parser a paste as one text. A mark in two pieces is left to that, which is only slower."""

    _pieces: list[str] | None = None  # None outside of a paste
    _tail = ""  # the last characters that came: an end may be in two pieces

    def feed(self, data: str) -> None:
        if self._pieces is None:
            before, begin, pasted = data.partition(BEGIN)
            if not begin or END in pasted:
                super().feed(data)
                return
            super().feed(before)
            self._pieces, data = [], begin + pasted
        self._pieces.append(data)
        if END in self._tail + data:
            whole, self._pieces, self._tail = "".join(self._pieces), None, ""
            super().feed(whole)
        else:
            self._tail = (self._tail + data)[1 - len(END) :]
