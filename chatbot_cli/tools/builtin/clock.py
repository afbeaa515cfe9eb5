"""The tool `time`: what time it is."""

from datetime import datetime
from zoneinfo import ZoneInfo


def now(zone: str = "") -> str:
    """The time now, with date, day of the week and offset; `zone` is an IANA name such as "Europe/Oslo"."""
    moment = datetime.now(ZoneInfo(zone)) if zone else datetime.now().astimezone()
    return moment.strftime("%A %Y-%m-%d %H:%M:%S %z")
