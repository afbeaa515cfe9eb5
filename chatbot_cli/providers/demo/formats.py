"""Texts of a shape: dates, addresses and the like, and how the formats of JSON Schema want them. Pure."""

import re
from datetime import date

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = rf"\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}\.? {_MONTH},? \d{{4}}\b|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b"
_TIME = r"\b(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?\b"
_EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
_URL = r"\bhttps?://[^\s<>\"”’)]+[^\s<>\"”’).,;:!?]"
_PHONE = r"(?<![\w-])\+?\(?\d{2,5}\)?[ /-]\d{2,}[\d /-]*\d"
SHAPES = {
    "date": re.compile(_DATE),
    "date-time": re.compile(rf"\b\d{{4}}-\d\d-\d\dT{_TIME[2:-2]}(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)\b"),
    "time": re.compile(_TIME),
    "email": re.compile(_EMAIL),
    "uri": re.compile(_URL),
    "phone": re.compile(_PHONE),
    "uuid": re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"),
    "ipv4": re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"),
}


def as_format(shape: str, said: str) -> str:
    """What has a shape, as its format wants it; empty if there is no such day or address."""
    if shape == "ipv4":
        return said if all(part == str(int(part)) and int(part) < 256 for part in said.split(".")) else ""
    if shape not in ("date", "date-time"):
        return said
    try:
        date.fromisoformat(iso := _iso_date(said) if shape == "date" else said[:10])
    except ValueError:
        return ""
    return iso if shape == "date" else said


def _iso_date(said: str) -> str:
    """A date as in `SHAPES`, as formats want it: 1815-12-10."""
    if said[:4].isdigit():
        return said
    month = next(word for word in re.findall(r"[A-Za-z]+", said) if word[:3].lower() in _MONTHS)
    day, year = re.findall(r"\d+", said)
    return f"{int(year):04}-{_MONTHS.index(month[:3].lower()) + 1:02}-{int(day):02}"
