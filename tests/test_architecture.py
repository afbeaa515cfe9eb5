"""The rules of docs/architecture.md, held against the code: who imports whom, and what is too long."""

import ast
import io
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "chatbot_cli"
FILES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES_OF_A_FILE, MOST_LINES_OF_A_FUNCTION = 250, 40

BASE = ("errors", "frozen", "hints")
GROUND = (*BASE, "text", "system", "secrets")
ADAPTERS = (
    "settings",
    "personas",
    "providers",
    "sessions",
    "structured",
    "tools",
    "readers",
    "attachments",
    "retrieval",
)
DISK, NETWORK = ("os", "pathlib", "shutil", "tempfile"), ("http", "socket", "ssl", "urllib")
REACHES_OUT = frozenset((*DISK, *NETWORK, "importlib", "subprocess", "sys"))


@dataclass(frozen=True)
class Room:
    """Modules of the package with one duty, what they may import of the others, and which libraries are theirs.

    Names have no `chatbot_cli.` in front and include what is below them. `library` is the package itself.
    """

    modules: tuple[str, ...]
    neighbours: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    not_even: frozenset[str] = frozenset()  # modules of the standard library that would be out of place


ROOMS = (
    Room(BASE, not_even=REACHES_OUT),
    Room(("text",), BASE, ("wcwidth", "charset_normalizer"), not_even=REACHES_OUT),
    Room(("secrets",), BASE, not_even=REACHES_OUT),
    Room(("system",), BASE),
    Room(("chat",), (*BASE, "text"), not_even=REACHES_OUT),
    Room(("commands",), ("chat", *GROUND)),
    Room(("settings",), ("chat", *GROUND), ("dotenv", "tomllib")),
    Room(("personas",), ("chat", *GROUND), ("yaml",)),
    Room(
        ("providers",),
        ("chat", *GROUND),
        ("anthropic", "genai_prices", "httpx2", "openai", "tiktoken", "tomllib", "xllamacpp"),
    ),
    Room(("sessions",), ("chat", *GROUND), ("markdown_it",)),
    Room(("structured",), ("chat", *GROUND), ("jsonschema", "referencing", "jiter", "pydantic", "pydantic_core")),
    Room(
        ("tools",), ("chat", *GROUND), ("pydantic", "pydantic_core", "typing_extensions", "mcp", "mcp_types", "httpx2")
    ),
    Room(("readers",), ("chat", *GROUND), ("pypdf", "docx", "bs4", "pathspec")),
    Room(("attachments",), ("readers", "chat", *GROUND), ("PIL",)),
    Room(
        ("retrieval",),
        ("readers", "chat", *GROUND),
        ("pygments", "markdown_it", "numpy", "qdrant_client", "psycopg"),
    ),
    Room(("terminal",), ("chat", "commands", *GROUND), ("prompt_toolkit", "rich", "pygments", "markdown_it")),
    Room(("app",), ("library", "chat", "commands", "terminal", *ADAPTERS, *GROUND)),
    Room(("doctor",), ("library", "app", "chat", "terminal", *ADAPTERS, *GROUND)),
    Room(("cli", "__main__"), ("library", "app", "chat", "commands", "doctor", *ADAPTERS, *GROUND), ("typer",)),
    Room(("library", "chatbot"), ("app", "chat", "tools.python.marks", *GROUND)),
)
# Inside a room: what each file or folder on its floor may import of the others there.
INNER = {
    "providers.entries": (),
    "providers.known_models": (),
    "providers.windows": ("known_models", "server_windows", "route", "entries"),
    "providers.discovery": ("entries",),
    "providers.model_names": (),
    "providers.newest": ("model_names",),
    "providers.naming": ("newest", "model_names"),
    "providers.model_lists": ("discovery", "route"),
    "providers.server_windows": ("discovery", "route", "entries"),
    "providers.deferred": (),
    "providers.mends": (),
    "providers.learnt": ("mends",),
    "providers.mended": ("mends",),
    "providers.known_refusals": ("entries", "known_models", "learnt", "mends", "route"),
    "providers.tokens": (),
    "providers.prices": ("known_models", "route"),
    "providers.demo": ("tokens",),
    "providers.route": ("entries",),
    "providers.failures": ("route", "entries", "known_models"),
    "providers.retrying": ("failures",),
    "providers.bounded": (),
    "providers.gguf": ("deferred", "tokens"),
    "providers.wire": ("failures", "mends", "route", "entries"),
    "providers.chat_completions": ("failures", "route", "entries", "wire"),
    "providers.messages_api": ("failures", "known_models", "mends", "route", "entries", "wire"),
    "providers.embeddings": ("chat_completions", "failures", "prices", "retrying", "route", "entries", "wire"),
    "providers.reachability": ("chat_completions", "failures", "route", "entries"),
    "structured.schemas": (),
    "structured.sources": ("schemas", "shape"),
    "structured.servers": ("schemas",),
    "structured.replies": ("schemas", "servers"),
    "structured.shape_in_use": ("replies", "servers"),
    "structured.shape": ("shape_in_use",),
    "structured.growth": ("shape", "shape_in_use"),
    "structured.typed": ("replies", "schemas", "shape"),
    "structured.into": ("growth", "schemas", "shape", "sources", "typed"),
    "structured.explained": ("servers", "sources"),
    "tools.patterns": (),
    "tools.source": (),
    "tools.result_text": (),
    "tools.builtin": ("python", "result_text", "source"),
    "tools.python": ("result_text", "source"),
    "tools.mcp": ("result_text", "source"),
    "tools.allowances": ("patterns",),
    "tools.approval": ("allowances", "patterns"),
    "tools.toolbox": ("patterns", "source"),
    "readers.document": (),
    "readers.kinds": (),
    "readers.languages": (),
    "readers.headings": (),
    "readers.man_pages": (),
    "readers.found_lines": (),
    "readers.hyphens": (),
    "readers.page_edges": (),
    "readers.lines": ("document",),
    "readers.paragraph": ("lines",),
    "readers.markup": ("lines", "paragraph"),
    "readers.plain": ("document", "headings", "languages", "man_pages"),
    "readers.html": ("document", "markup", "plain"),
    "readers.mail": ("document", "found_lines", "html", "lines", "plain"),
    "readers.notebook": ("document", "found_lines", "lines", "plain"),
    "readers.rich_text": ("document", "lines"),
    "readers.pdf": ("document", "hyphens", "lines", "page_edges"),
    "readers.office": ("document", "html", "lines"),
    "readers.formats": ("document", "html", "mail", "notebook", "office", "pdf", "rich_text"),
    "readers.child": ("document", "formats"),
    "readers.gzipped": ("document", "kinds"),
    "readers.reading": ("child", "document", "formats", "gzipped", "kinds", "plain"),
    "readers.ignoring": (),
    "readers.walking": ("ignoring",),
    "attachments.mentions": (),
    "attachments.paths": ("mentions",),
    "attachments.page_marks": (),
    "attachments.clipboard_image": (),
    "attachments.shrinking": (),
    "attachments.images": ("shrinking",),
    "attachments.folders": ("images", "page_marks"),
    "attachments.files": ("clipboard_image", "folders", "images", "mentions", "page_marks", "paths"),
    "retrieval.collection": (),
    "retrieval.shelf_port": ("collection",),
    "retrieval.stop_words": (),
    "retrieval.words": ("stop_words",),
    "retrieval.cutting": ("collection",),
    "retrieval.meaning": (),
    "retrieval.vectors": (),
    "retrieval.rows": ("collection",),
    "retrieval.terms": ("collection", "rows", "words"),
    "retrieval.sqlite": ("collection", "meaning", "rows", "shelf_port", "vectors", "words"),
    "retrieval.postgres": ("collection", "meaning", "rows", "shelf_port", "terms"),
    "retrieval.qdrant": ("collection", "meaning", "rows", "shelf_port", "terms"),
    "retrieval.update": ("collection",),
    "retrieval.reading_files": ("collection", "cutting", "update"),
    "retrieval.reading_ahead": ("reading_files", "update"),
    "retrieval.planning": ("collection", "cutting", "update"),
    "retrieval.updating": ("collection", "planning", "reading_ahead", "reading_files", "update"),
    "retrieval.adding": ("collection", "planning", "shelf_port"),
    "retrieval.embedding": ("collection", "meaning"),
    "retrieval.fusing": (),
    "retrieval.looking": ("collection", "words"),
    "retrieval.running": ("collection", "shelf_port"),
    "retrieval.question": ("collection", "fusing", "looking", "meaning", "running"),
    "retrieval.standing": (),
    "retrieval.library": ("question", "running", "shelf_port", "standing"),
    "providers.catalog": (
        "bounded",
        "chat_completions",
        "deferred",
        "demo",
        "embeddings",
        "entries",
        "gguf",
        "known_refusals",
        "learnt",
        "mended",
        "mends",
        "messages_api",
        "prices",
        "retrying",
        "route",
        "windows",
        "wire",
        "tokens",
        "wire",
    ),
}
# Part of the standard library, but of one room only.
OWNED = {"sqlite3": ("sessions", "retrieval", "system.transactions"), "tomllib": ("settings", "providers.entries")}


@dataclass(frozen=True)
class Import:
    """One imported module, with its line."""

    line: int
    module: str


def within(module: str, names: tuple[str, ...] | frozenset[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def module_of(path: Path) -> str:
    """A file's name in the table above."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or "library"


def room_of(module: str) -> Room:
    rooms = [room for room in ROOMS if within(module, room.modules)]
    assert len(rooms) == 1, f"{module} belongs to {len(rooms)} rooms of the table in {Path(__file__).name}"
    return rooms[0]


def imports_in(all_nodes: Iterable[ast.AST], package: str = "") -> Iterator[Import]:
    """Every import among them, wherever it stands; `package` is where a relative one begins."""
    for node in all_nodes:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield Import(node.lineno, alias.name)
            case ast.ImportFrom(module=module, names=names, level=level):
                above = package.split(".")[: len(package.split(".")) - level + 1] if level else []
                origin = ".".join([*above, *([module] if module else [])])
                for alias in names:
                    submodule = f"{origin}.{alias.name}"
                    yield Import(node.lineno, submodule if _is_ours(submodule) else origin)


def _is_ours(module: str) -> bool:
    path = PACKAGE.parent.joinpath(*module.split("."))
    return module.startswith("chatbot_cli.") and (path.with_suffix(".py").is_file() or path.is_dir())


def complaint(importer: str, imported: str) -> str | None:
    """Why a module may not import another; None if it may."""
    room, top = room_of(importer), imported.partition(".")[0]
    if top == "chatbot_cli":
        name = imported.removeprefix("chatbot_cli").removeprefix(".") or "library"
        allowed = (*room.modules, *room.neighbours)
        if not within(name, allowed):
            return f"may import of chatbot_cli only {', '.join(allowed)}"
        return inner_complaint(floor_of(importer), floor_of(name))
    if top in OWNED:
        return None if within(importer, OWNED[top]) else f"{top} belongs to {', '.join(OWNED[top]) or 'no room yet'}"
    if top in sys.stdlib_module_names:
        return f"{top} reaches out of the core" if top in room.not_even else None
    return None if top in room.libraries else f"{top} is not a library of this room"


def floor_of(module: str) -> str:
    """The file or folder on a room's floor that a module is or stands in, such as providers.route."""
    return ".".join(module.split(".")[:2])


def inner_complaint(importer: str, imported: str) -> str | None:
    """Why a part of a room may not import another part of it."""
    room = importer.partition(".")[0]
    if importer not in INNER or importer == imported or not imported.startswith(f"{room}."):
        return None
    allowed = INNER[importer]
    return None if within(imported, tuple(f"{room}.{part}" for part in allowed)) else f"may import only {allowed}"


def violations(path: Path) -> list[str]:
    """What a file imports against the rules, each with its line and the rule."""
    importer = module_of(path)
    package = ".".join(["chatbot_cli", *path.parent.relative_to(PACKAGE).parts])
    return [
        f"{path.relative_to(PACKAGE.parent)}:{found.line}: imports {found.module}, but {rule}"
        for found in imports_in(nodes(path), package)
        if (rule := complaint(importer, found.module))
    ]


def test_imports_point_inward() -> None:
    assert [line for path in FILES for line in violations(path)] == []


@pytest.mark.parametrize(
    ("importer", "statement"),
    [
        ("chat.window", "import rich"),
        ("chat.window", "def f():\n    from prompt_toolkit import PromptSession"),
        ("chat.window", "if TYPE_CHECKING:\n    from chatbot_cli.terminal.screen import Screen"),
        ("chat.window", "from pathlib import Path"),
        ("chat.window", "from .. import personas"),
        ("personas", "from chatbot_cli import settings"),
        ("providers.demo.model", "from chatbot_cli.terminal.screen import Screen"),
        ("terminal.repl", "import chatbot_cli.providers.demo.model"),
        ("terminal.repl", "from chatbot_cli import Chatbot"),
        ("providers.entries.registry", "from chatbot_cli.providers.route.endpoint import Endpoint"),
        ("providers.reachability.asking", "from chatbot_cli.providers import catalog"),
        ("settings.table", "from chatbot_cli.providers.entries.registry import built_in"),
        ("settings.table", "from chatbot_cli.personas.shelf import PersonaShelf"),
        ("app.assembly", "import openai.types"),
        ("cli.chat", "from chatbot_cli.terminal.repl import Repl"),
        ("personas.safe_yaml", "import tomllib"),
        ("settings.sources", "import sqlite3"),
        ("retrieval.qdrant.shelf", "from chatbot_cli.retrieval.sqlite.shelf import FileShelf"),
        ("retrieval.question", "from chatbot_cli.retrieval.sqlite.collection import FileCollection"),
        ("retrieval.cutting.code", "import sqlite3.dbapi2\nimport pypdf"),
        ("attachments.files", "from chatbot_cli.retrieval.library import Collections"),
        ("readers.pdf", "from chatbot_cli.readers.child.process import ChildProcess"),
        ("chat.documents", "import numpy"),
    ],
)
def test_a_forbidden_import_is_found_wherever_it_hides(importer: str, statement: str) -> None:
    package = f"chatbot_cli.{importer}".rpartition(".")[0]
    assert any(complaint(importer, found.module) for found in imports_in(ast.walk(ast.parse(statement)), package))


def test_a_room_with_inner_rules_has_one_for_all_on_its_floor() -> None:
    rooms = {part.partition(".")[0] for part in INNER}
    parts = {floor_of(module_of(path)) for path in FILES}
    assert {part for part in parts if part.partition(".")[0] in rooms and "." in part} == set(INNER)


def test_no_pattern_has_a_possessive_group_which_python_matches_wrong_before_3_11_5() -> None:
    possessive = [
        f"{path.name}: {node.value}"
        for path in FILES
        if module_of(path) != "providers.tokens.counting"  # these patterns are for tiktoken's own engine
        for node in nodes(path)
        if isinstance(node, ast.Constant) and type(node.value) is str
        if any(sign in node.value for sign in (")*+", ")++", ")?+", "(?>"))
    ]
    assert possessive == []


def test_only_the_face_of_the_library_and_types_that_the_user_names_are_imported_by_name() -> None:
    by_name = {
        module_of(path)
        for path in FILES
        for node in nodes(path)
        if isinstance(node, ast.Name | ast.Attribute)
        if (node.id if isinstance(node, ast.Name) else node.attr) in ("import_module", "__import__")
    }
    assert by_name == {"library", "structured.sources.python_types"}


def test_an_import_in_a_function_says_why() -> None:
    unexplained = [
        f"{path.name}:{line}: import in {function.name}() without a comment that says why it is not at the top"
        for path in FILES
        for function in functions(path)
        if (line := first_import_in(function)) and not comment_lines(path) & {line, line - 1}
    ]
    assert unexplained == []


def test_a_broad_except_says_why() -> None:
    unexplained = [
        f"{path.name}:{line}: catches everything without a comment that says why"
        for path in FILES
        for line in broad_catches(path)
        if not comment_lines(path) & {line - 1, line, line + 1}
    ]
    assert unexplained == []


def test_files_and_functions_are_short() -> None:
    long = [path.name for path in FILES if len(source(path).splitlines()) > MOST_LINES_OF_A_FILE]
    long += [
        f"{path.name}:{function.lineno}: {function.name}() has {lines} lines"
        for path in FILES
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


@cache
def source(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in a file."""
    return tuple(ast.walk(ast.parse(source(path))))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in nodes(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def first_import_in(function: ast.AST) -> int | None:
    lines = [node.lineno for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
    return min(lines, default=None)


@cache
def comment_lines(path: Path) -> set[int]:
    tokens = tokenize.generate_tokens(io.StringIO(source(path)).readline)
    return {token.start[0] for token in tokens if token.type == tokenize.COMMENT}


def broad_catches(path: Path) -> Iterator[int]:
    """Lines of `except:`, `except Exception` and `suppress(Exception)`, alone or in company."""
    for node in nodes(path):
        match node:
            case ast.ExceptHandler(type=None):
                yield node.lineno
            case ast.ExceptHandler(type=ast.expr() as caught) if _is_broad(caught):
                yield node.lineno
            case ast.Call(func=ast.Name(id="suppress"), args=caught_ones) if any(map(_is_broad, caught_ones)):
                yield node.lineno


def _is_broad(caught: ast.expr) -> bool:
    names = {node.id for node in ast.walk(caught) if isinstance(node, ast.Name)}
    return bool(names & {"Exception", "BaseException"})
