"""Images tell their kind, their size and whether they are whole, without being decoded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.text.image_sizes import ImageSize, image_size, is_whole
from tests.images import gif, jpeg, png, webp

IMAGES = {
    "image/png": png(640, 480),
    "image/gif": gif(640, 480),
    "image/jpeg": jpeg(640, 480),
    "image/webp": webp(b"VP8X", 640, 480),
}
ALL = [*IMAGES.items(), ("image/webp", webp(b"VP8L", 640, 480)), ("image/webp", webp(b"VP8 ", 640, 480))]


@pytest.mark.parametrize(("media_type", "content"), ALL)
def test_kind_and_size_are_read_from_the_bytes(media_type: str, content: bytes) -> None:
    assert image_size(content) == ImageSize(media_type, 640, 480)
    assert str(image_size(content)) == "640×480"
    assert is_whole(content)


@pytest.mark.parametrize(("media_type", "content"), ALL)
def test_an_image_that_is_cut_anywhere_is_not_whole(media_type: str, content: bytes) -> None:
    for end in range(len(content)):
        assert not is_whole(content[:end]), end


def test_what_is_no_image_has_no_size() -> None:
    for content in (b"", b"GIF8", b"RIFF1234WAVEfmt ", b"# Notes\n", b"%PDF-1.7\n"):
        assert image_size(content) is None
        assert not is_whole(content)


def test_a_changed_pixel_of_a_png_is_noticed() -> None:
    content = bytearray(png(64, 64))
    content[-20] ^= 1
    assert not is_whole(bytes(content))


def test_an_image_without_width_is_not_whole() -> None:
    assert not is_whole(png(0, 5))


@given(st.sampled_from(sorted(IMAGES)), st.integers(0, 60), st.binary(max_size=40))
def test_no_bytes_are_a_defect(media_type: str, at: int, noise: bytes) -> None:
    content = IMAGES[media_type][:at] + noise
    assert image_size(content) or not is_whole(content)
