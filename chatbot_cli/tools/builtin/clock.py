"""The tool `time`: what time it is."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from chatbot_cli.tools.python.marks import tool
from chatbot_cli.tools.result_text import ToolFailed


@tool(read_only=True, parallel=True)
def now(zone: Annotated[str, "an IANA name such as Europe/Oslo; that of the user by default"] = "") -> str:
    """The time now, with date, day of the week and offset."""
    try:
        moment = datetime.now(ZoneInfo(zone)) if zone else datetime.now().astimezone()
    except (KeyError, ValueError, OSError):  # unknown, malformed, or a folder
        raise ToolFailed(f"There is no time zone {zone!r}. Use a name such as Europe/Oslo.") from None
    return moment.strftime("%A %Y-%m-%d %H:%M:%S %z")
