"""A web address, shown so that nobody takes its server for another one. Pure."""

from urllib.parse import urlsplit

THIS_MACHINE = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - compared with, not bound to


def address_in_words(address: str) -> str:
    """A sound address as it may be shown: without user, password and query, its server whole and in ASCII."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode()  # a letter that only looks like another one is told apart
        except UnicodeError:
            host = host.encode("ascii", "backslashreplace").decode()
    server = f"[{host}]" if ":" in host else host
    path = "".join(letter if letter.isprintable() else "�" for letter in parts.path.rstrip("/"))
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://{server}{port}{path}"


def is_on_this_machine(address: str) -> bool:
    """Whether the server at an address runs on this computer."""
    return (urlsplit(address).hostname or "") in THIS_MACHINE
