"""What can be wrong with a body, as errors that pass through the SDK: each has a clause for the user. Pure."""

import httpx2


class BodyError(httpx2.DecodingError):
    """A body that is not taken in. `str(error)` is a clause: "the server sent too much"."""


class PackedOtherwise(BodyError):
    """A body that is packed more than once, or in a way that is not known."""

    def __init__(self, codings: str, request: httpx2.Request) -> None:
        super().__init__(
            f"the server packs its answer as {codings}, and this chat does not unpack that", request=request
        )


class TooMuch(BodyError):
    """A body, or an event in it, that is longer than any reply."""

    def __init__(self) -> None:
        super().__init__("the server sent more than any reply holds")
