"""The image on the clipboard, through the tools that the desktop has."""

import base64
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from chatbot_cli.errors import AttachmentRefused
from chatbot_cli.frozen import frozen

TIMEOUT = 10.0  # seconds; PowerShell takes some to start
NO_IMAGE = "There is no image on the clipboard."
FILE = "{file}"  # in a command: a file to write the image into

_POWERSHELL = (
    "Add-Type -AssemblyName System.Windows.Forms,System.Drawing;"
    "$i=[Windows.Forms.Clipboard]::GetImage();if($i){$m=New-Object IO.MemoryStream;"
    "$i.Save($m,[Drawing.Imaging.ImageFormat]::Png);[Convert]::ToBase64String($m.ToArray())}"
)
_OSASCRIPT = (
    f'set f to open for access POSIX file "{FILE}" with write permission',
    "write (the clipboard as «class PNGf») to f",
    "close access f",
)


@frozen
class Tool:
    """A command that gives the image on the clipboard.

    It `needs` a variable, unless that is empty. It writes the image to its output, in Base64 if it says so, or into the
    FILE that is named in the command.
    """

    needs: str
    command: tuple[str, ...]
    in_base64: bool = False


TOOLS: Sequence[Tool] = (
    Tool("WAYLAND_DISPLAY", ("wl-paste", "--no-newline", "--type", "image/png")),
    Tool("DISPLAY", ("xclip", "-selection", "clipboard", "-target", "image/png", "-out")),
    Tool("", ("pngpaste", "-")),
    Tool("", ("osascript", *(part for line in _OSASCRIPT for part in ("-e", line)))),
    Tool("", ("powershell.exe", "-NoProfile", "-Sta", "-Command", _POWERSHELL), in_base64=True),
)

Run = Callable[[Sequence[str]], bytes]


def run_tool(command: Sequence[str]) -> bytes:
    """What a tool writes to its output; nothing if it fails, or takes too long."""
    try:
        done = subprocess.run(  # noqa: S603  one of TOOLS, found on the PATH
            command, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=TIMEOUT
        )
    except (OSError, subprocess.SubprocessError):
        return b""
    return done.stdout


def image_on_clipboard(environ: Mapping[str, str], run: Run = run_tool) -> bytes:
    """The bytes of the image on the clipboard. It blocks. Raises AttachmentRefused if there is none, or no tool."""
    path = environ.get("PATH")
    usable = [one for one in TOOLS if not one.needs or environ.get(one.needs)]
    installed = [one for one in usable if shutil.which(one.command[0], path=path)]
    for tool in installed:
        if image := _given_by(tool, run):
            return image
    if installed:
        raise AttachmentRefused(NO_IMAGE, "Copy one first: a part of the screen, or a picture from a web page.")
    for_wayland, for_x11 = "wl-paste (package wl-clipboard)", "xclip"
    if environ.get("WAYLAND_DISPLAY") or environ.get("DISPLAY"):
        wanted = for_wayland if environ.get("WAYLAND_DISPLAY") else for_x11
        raise AttachmentRefused("The clipboard cannot be read: no tool for it is installed.", f"Install {wanted}.")
    raise AttachmentRefused(
        "There is no clipboard here.", "Over SSH, that of your own machine cannot be read: save the image to a file."
    )


def _given_by(tool: Tool, run: Run) -> bytes:
    if FILE in "".join(tool.command):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "image.png")
            run([part.replace(FILE, str(file)) for part in tool.command])
            return file.read_bytes() if file.is_file() else b""
    output = run(tool.command)
    try:
        return base64.b64decode(output) if tool.in_base64 else output
    except ValueError:
        return b""
