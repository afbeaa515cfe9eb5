"""Writes what reading providers.toml and the personas gives, so that a start neither loads TOML nor YAML.

    python -m scripts.generate_as_read

A file that was changed since is read itself: its checksum tells.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from zlib import crc32

from chatbot_cli.personas.file import read
from chatbot_cli.personas.file_text import read_text

ROOT = Path(__file__).resolve().parent.parent
PERSONAS = ROOT / "personas"
ENTRIES = ROOT / "chatbot_cli" / "providers" / "entries" / "providers.toml"
HEAD = """# fmt: off
# ruff: noqa: E501

from collections.abc import Mapping
from typing import Any
"""


def main() -> None:
    """Write both modules."""
    for path, text in pages().items():
        path.write_text(text, "utf-8")


def pages() -> Mapping[Path, str]:
    """The text of each module, by its path."""
    return {
        ROOT / "chatbot_cli" / "personas" / "as_read.py": "\n".join(_personas()) + "\n",
        ENTRIES.with_name("as_read.py"): "\n".join(_entries()) + "\n",
    }


def _personas() -> Iterator[str]:
    yield '"""What the personas hold, read by scripts/generate_as_read.py. Do not edit it."""'
    yield HEAD
    yield "AS_READ: Mapping[tuple[int, int], tuple[Mapping[str, Any], Mapping[str, int]]] = {"
    for path in sorted(PERSONAS.glob("*.yaml")):
        text = read_text(path)
        file = read(path, text)
        if file.problems:
            raise file.problems[0]
        if "examples" in file.values:
            file.values["examples"] = tuple((one.user, one.assistant) for one in file.values["examples"])
        yield f"    # {path.name}"
        yield f"    ({len(text)}, {crc32(text.encode())}): ("
        yield from (f"        {part!r}," for part in (file.values, file.lines))
        yield "    ),"
    yield "}"
    yield '"""The values and the lines of each file, by the length and the checksum of its text."""'


def _entries() -> Iterator[str]:
    yield '"""The tables of providers.toml, read by scripts/generate_as_read.py. Do not edit it."""'
    yield HEAD
    yield f"CHECKSUM = {crc32(ENTRIES.read_bytes())}"
    yield from _table("TABLES", tomllib.loads(ENTRIES.read_text("utf-8")))


def _table(name: str, rows: Mapping[str, object]) -> Iterator[str]:
    yield f"{name}: Mapping[str, Any] = {{"
    yield from (f"    {key!r}: {value!r}," for key, value in rows.items())
    yield "}"


if __name__ == "__main__":
    main()
