"""Writes the picture of the rooms in docs/architecture.md: each room, the first sentence of its sign, its modules.

    python -m scripts.generate_architecture

A room's sign is the docstring of its `__init__.py`. The picture is between two markers, `<!-- rooms -->` and
`<!-- /rooms -->`; all else on the page is written by hand.
"""

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
PACKAGE = ROOT / "chatbot_cli"
ORDER = (  # from the ground up; a room that is not named here comes last
    *("text", "system", "secrets", "chat", "commands", "settings", "personas", "providers", "sessions", "terminal"),
    *("app", "doctor", "cli"),
)
SIGN_COLUMN, WIDTH = 24, 110


def main() -> None:
    """Bring docs/architecture.md up to date."""
    PAGE.write_text(up_to_date(PAGE.read_text("utf-8")), "utf-8")


def up_to_date(page: str) -> str:
    """The page with its picture made anew. Raises ValueError when it has no place for one."""
    before, opening, rest = page.partition("<!-- rooms -->")
    _, closing, after = rest.partition("<!-- /rooms -->")
    if not closing:
        raise ValueError("docs/architecture.md has no place for the rooms: <!-- rooms --> and <!-- /rooms -->.")
    return f"{before}{opening}\n\n{picture()}\n\n{closing}{after}"


def picture() -> str:
    """The rooms as a tree, in a block of text."""
    lines = ["chatbot_cli/", *_modules(PACKAGE, 0)]
    for room in sorted(_rooms(PACKAGE), key=lambda room: (_rank(room), room.name)):
        lines += _drawn(room, 1)
    return "\n".join(["```text", *lines, "```"])


def _drawn(room: Path, depth: int) -> Iterator[str]:
    name = f"{'  ' * depth}{room.name}/"
    yield f"{name:{SIGN_COLUMN}}{_sign(room)}"
    yield from _modules(room, depth)
    for inner in _rooms(room):
        yield from _drawn(inner, depth + 1)


def _modules(room: Path, depth: int) -> list[str]:
    names = sorted(path.stem for path in room.glob("*.py") if path.stem != "__init__")
    indent = "  " * depth + "    "
    return textwrap.wrap(" ".join(names), WIDTH, initial_indent=indent, subsequent_indent=indent)


def _sign(room: Path) -> str:
    """The first sentence of a room's sign, without its full stop."""
    sign = ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8"))) or ""
    return " ".join(sign.partition("\n\n")[0].split()).removesuffix(".")


def _rooms(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/__init__.py"))


def _rank(room: Path) -> int:
    return ORDER.index(room.name) if room.name in ORDER else len(ORDER)


if __name__ == "__main__":
    main()
