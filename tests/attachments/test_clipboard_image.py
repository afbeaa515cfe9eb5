"""The image on the clipboard, through whichever tool is there."""

import base64
from collections.abc import Sequence
from pathlib import Path

import pytest

from chatbot_cli.attachments.clipboard_image import image_on_clipboard, run_tool
from chatbot_cli.errors import AttachmentRefused

IMAGE = b"\x89PNG and more"


class Tools:
    """Tools on a PATH of their own, and what they give."""

    def __init__(self, folder: Path, **gives: bytes) -> None:
        self.folder, self._gives = folder, {name.replace("_", "-"): output for name, output in gives.items()}
        self.ran: list[str] = []
        for name in self._gives:
            (folder / name).write_text("#!/bin/sh\n")
            (folder / name).chmod(0o755)

    def run(self, command: Sequence[str]) -> bytes:
        self.ran.append(command[0])
        if command[0] == "osascript":
            Path(next(part for part in command if "POSIX file" in part).split('"')[1]).write_bytes(IMAGE)
        return self._gives[command[0]]

    def image(self, **environ: str) -> bytes:
        return image_on_clipboard({"PATH": str(self.folder), **environ}, self.run)


def test_the_tool_of_the_desktop_gives_it(tmp_path: Path) -> None:
    tools = Tools(tmp_path, wl_paste=IMAGE, xclip=b"other")
    assert tools.image(WAYLAND_DISPLAY="wayland-0", DISPLAY=":0") == IMAGE
    assert tools.image(DISPLAY=":0") == b"other"
    assert tools.ran == ["wl-paste", "xclip"]


def test_a_tool_may_write_a_file_or_base64(tmp_path: Path) -> None:
    assert Tools(tmp_path, osascript=b"").image() == IMAGE
    (tmp_path / "osascript").unlink()
    assert Tools(tmp_path, **{"powershell.exe": base64.b64encode(IMAGE) + b"\r\n"}).image() == IMAGE


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(AttachmentRefused, match="no image on the clipboard"):
        Tools(tmp_path, xclip=b"").image(DISPLAY=":0")
    (tmp_path / "xclip").unlink()
    with pytest.raises(AttachmentRefused, match="no tool") as refused:
        Tools(tmp_path).image(DISPLAY=":0")
    assert refused.value.hint == "Install xclip."
    with pytest.raises(AttachmentRefused, match="no clipboard here"):
        Tools(tmp_path).image()


def test_a_tool_that_fails_gives_nothing(tmp_path: Path) -> None:
    assert run_tool(["sh", "-c", "printf image"]) == b"image"
    assert run_tool(["sh", "-c", "echo half; exit 1"]) == b""
    assert run_tool([str(tmp_path / "missing")]) == b""
