"""The doctor's checks of documents: the collections, the libraries that read files, and what leaves this machine."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from chatbot_cli.app.documents_in_use import DocumentsInUse
from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.chat.passages import CollectionReport
from chatbot_cli.doctor.report import Check
from chatbot_cli.errors import ChatError
from chatbot_cli.providers.route.endpoint import without_user
from chatbot_cli.sessions.database.health import SQLITE, has_full_text
from chatbot_cli.settings.precedence import Settings
from chatbot_cli.system.extras import install_command
from chatbot_cli.system.folders import Folders
from chatbot_cli.text.counts import counted

READERS = ("pypdf", "python-docx", "beautifulsoup4", "pillow")
ENGINES = {"qdrant": ("qdrant", "qdrant-client"), "postgres": ("postgres", "psycopg")}  # by the address of docs_url


def check_documents(settings: Settings, folders: Folders, *, offline: bool) -> list[Check]:
    """Look at the collections, which may be at a server, unless `offline`. Nothing is changed."""
    checks = []
    if not (settings.docs_url or has_full_text()):
        fix = "Use a Python whose SQLite has FTS5"
        checks.append(Check("warn", "collections", f"SQLite {SQLITE} has no full-text search: they need it", fix=fix))
    checks += [_installed("PDF and Office", "documents", READERS)]
    if settings.embedding_model and not settings.docs_url:  # an engine compares vectors itself
        checks.append(_installed("search by meaning", "semantic", ("numpy",), needed=True))
    for scheme, (extra, library) in ENGINES.items():
        if settings.docs_url and settings.docs_url.startswith(scheme):
            checks.append(_installed("engine", extra, (library,), needed=True))
    if settings.docs_url and offline:
        checks.append(Check("ok", "collections", "not asked"))
    else:
        checks += _collections(settings, folders)
    return [*checks, *_leaving(settings)]


def _installed(what: str, extra: str, libraries: tuple[str, ...], *, needed: bool = False) -> Check:
    missing = [library for library in libraries if not _version(library)]
    if not missing:
        return Check("ok", what, ", ".join(f"{library} {_version(library)}" for library in libraries))
    command = install_command(extra)
    if needed:
        return Check("fail", what, f"{', '.join(missing)} not installed", fix=command)
    return Check("ok", what, f"not installed: {', '.join(missing)} ({command})")


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def _collections(settings: Settings, folders: Folders) -> Iterator[Check]:
    try:
        reports = DocumentsInUse(settings, folders.data).collections()
    except ChatError as error:  # also one of the settings, such as a library that is not there
        yield Check("fail", "collections", str(error), fix=error.hint_for(in_a_script))
        return
    if not reports:
        yield Check("ok", "collections", "none")
    for one in reports:
        yield _collection(one)


def _collection(one: CollectionReport) -> Check:
    if one.problem:
        return Check("warn", one.name, one.problem)
    not_read = one.skipped + one.failed
    more = f", {counted(not_read, 'file')} not read" if not_read else ""
    about = f"{counted(one.documents, 'document')}, {counted(one.passages, 'passage')}{more}"
    if one.failed:
        return Check("warn", one.name, about, fix=f"chat docs list {one.name} --problems names them")
    return Check("ok", one.name, about)


def _leaving(settings: Settings) -> Iterator[Check]:
    """What goes to other machines, or to other programs on this one."""
    leaves = ["passages of a question, to the model that answers"]
    if settings.embedding_model:
        leaves.append(
            f"the texts of collections that you have had embedded, to {without_user(settings.embedding_model)}"
        )
    if settings.docs_url:
        leaves.append(f"the collections, to {without_user(settings.docs_url)}")
    yield Check("ok", "what is sent", "; ".join(leaves))
