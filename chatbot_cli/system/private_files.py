"""Files and folders that their owner alone can read, from the moment they are made.

On Windows a mode says nothing: there they are private because the user's own folders are.
"""

import os
import stat
import sys
from pathlib import Path

from chatbot_cli.system.regular_files import refuse_link

OWNER_ALONE_FILE, OWNER_ALONE_FOLDER = 0o600, 0o700
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(folder: Path) -> None:
    """Make a folder if it is not there, and what is missing above it. Raises OSError."""
    try:
        folder.mkdir(mode=OWNER_ALONE_FOLDER, exist_ok=True)
    except FileNotFoundError:
        if folder.parent == folder:
            raise
        make_folder(folder.parent)  # one by one: with `parents=True` the umask alone would keep others out
        folder.mkdir(mode=OWNER_ALONE_FOLDER, exist_ok=True)


def create_file(path: Path) -> int:
    """The descriptor of a new file, to write to. Raises FileExistsError, or another OSError."""
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), OWNER_ALONE_FILE)


def open_file(path: Path) -> int:
    """The descriptor of a file, to read and write; it is made if it is not there.

    Raises NotRegular for a link or whatever else is no file, or another OSError.
    """
    refuse_link(path)
    return os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), OWNER_ALONE_FILE)


def is_open_to_others(mode: int) -> bool:
    """Whether a mode lets anybody but the owner in."""
    return os.name != "nt" and bool(mode & OTHERS)


def is_on_read_only_disk(path: Path) -> bool:
    """Whether a file or folder is where nothing can be written. Raises OSError."""
    return sys.platform != "win32" and bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def who_else_writes(path: Path) -> str:
    """Who besides this user can say what a file or folder holds: "others", or "its owner", who is another user.

    Empty if nobody can, and on Windows, where a mode says nothing. A link is as good as what it leads to, if it is
    this user's own. Raises OSError.
    """
    if sys.platform == "win32":
        return ""
    status = path.stat()
    if {status.st_uid, path.lstat().st_uid} != {os.geteuid()}:
        return "its owner"
    return "others" if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) else ""


def close_to_others(path: Path) -> None:
    """Make an older file or folder private, if it is not. Raises OSError, such as for one of somebody else."""
    mode = path.stat().st_mode
    if is_open_to_others(mode):
        path.chmod(OWNER_ALONE_FOLDER if stat.S_ISDIR(mode) else OWNER_ALONE_FILE)
