"""Files of a question in an import that lie about what they are, or are meant to fill the memory."""

from base64 import b64encode

import pytest

from chatbot_cli.sessions.importing.attached_files import MOST, attachments_of
from tests.images import png

PNG = b64encode(png()).decode()


def test_an_image_is_what_its_bytes_are() -> None:
    (image,) = attachments_of([{"name": "a", "media_type": "image/svg+xml", "base64": PNG}])
    assert image.media_type == "image/png"


@pytest.mark.parametrize("content", [b"words", png()[:-8]], ids=["no image", "a part of one"])
def test_what_only_claims_to_be_an_image_is_dropped(content: bytes) -> None:
    assert attachments_of([{"name": "a", "media_type": "image/png", "base64": b64encode(content).decode()}]) == ()


def test_a_media_type_that_is_none_says_nothing() -> None:
    (file,) = attachments_of([{"name": "a", "media_type": "text/html;base64,\n", "base64": PNG}])
    assert file.media_type == "application/octet-stream"


def test_many_that_name_one_part_share_its_bytes() -> None:
    parts = [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}]
    read = attachments_of([{"name": "a", "media_type": "image/png", "part": 0}] * (MOST + 1), parts)
    assert len(read) == MOST
    assert len({id(one.content) for one in read}) == 1
