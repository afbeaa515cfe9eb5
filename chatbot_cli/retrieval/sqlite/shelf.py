"""The collections in the files of a folder."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import ClassVar

from chatbot_cli.errors import DocumentsBusy, NoSuchCollection
from chatbot_cli.retrieval.shelf_port import check_name, may_be
from chatbot_cli.retrieval.sqlite.collection import FileCollection
from chatbot_cli.retrieval.sqlite.failures import explained
from chatbot_cli.retrieval.sqlite.opening import BESIDE, ENDING
from chatbot_cli.system.file_locks import held
from chatbot_cli.system.private_files import make_folder
from chatbot_cli.text.safe import one_line

LOCK = ".lock"


class FileShelf:
    """The Shelf whose collections are files in a folder, each with its name."""

    is_shared: ClassVar[bool] = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> Sequence[str]:
        with explained(self._folder):
            try:
                return sorted(
                    path.stem for path in self._folder.iterdir() if path.suffix == ENDING and may_be(path.stem)
                )
            except FileNotFoundError:
                return []

    def open(self, name: str) -> FileCollection:
        check_name(name)
        return FileCollection(self._path(name))

    def make(self, name: str) -> FileCollection:
        check_name(name)
        return FileCollection(self._path(name), create=True)

    def remove(self, name: str) -> None:
        check_name(name)
        path = self._path(name)
        if not path.exists():
            raise NoSuchCollection(
                f"There is no collection “{one_line(name)}”.", "chat docs list names those that are there."
            )
        with explained(path):
            path.unlink()
            for ending in (*BESIDE, LOCK):
                with suppress(FileNotFoundError):
                    Path(f"{path}{ending}").unlink()

    @contextmanager
    def writing(self, name: str) -> Iterator[None]:
        check_name(name)
        with ExitStack() as locks:
            with explained(self._path(name)):
                make_folder(self._folder)
                is_mine = locks.enter_context(held(Path(f"{self._path(name)}{LOCK}")))
            if not is_mine:
                raise DocumentsBusy(
                    f"Another process is updating “{name}” just now.", "Wait until it has ended; a chat can read it."
                )
            yield

    def close(self) -> None:
        """Nothing stays open."""

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{ENDING}"
