"""How many tokens an image has, by the rules of each family of models. File size never counts, only pixels do."""

import re
from collections.abc import Callable
from math import ceil, sqrt

MOST_PATCHES = 1_536
_PATCH, _TILE, _GEMINI_TILE = 32, 512, 768  # pixels
_CLAUDE_EDGE, _CLAUDE_PIXELS, _CLAUDE_MOST = 1_568, 750, 1_600

Rule = Callable[[int, int], int]


def _patches(factor: float) -> Rule:
    """Patches of 32 × 32 pixels, at most 1,536 of them, each of `factor` tokens."""

    def tokens(width: int, height: int) -> int:
        return ceil(round(min(ceil(width / _PATCH) * ceil(height / _PATCH), MOST_PATCHES) * factor, 6))

    return tokens


def _tiles(base: int, each: int) -> Rule:
    """The image is fitted into 2,048 × 2,048, then its short side into 768; tiles have `each`, and a `base`."""

    def tokens(width: int, height: int) -> int:
        scale = min(1, 2_048 / max(width, height))
        scale *= min(1, 768 / (min(width, height) * scale))
        return base + each * ceil(round(width * scale / _TILE, 6)) * ceil(round(height * scale / _TILE, 6))

    return tokens


def _claude(width: int, height: int) -> int:
    scale = min(1, _CLAUDE_EDGE / max(width, height), sqrt(_CLAUDE_MOST * _CLAUDE_PIXELS / (width * height)))
    return max(1, ceil(round(width * scale * height * scale / _CLAUDE_PIXELS, 6)))


def _gemini(width: int, height: int) -> int:
    return 258 * ceil(width / _GEMINI_TILE) * ceil(height / _GEMINI_TILE)


_RULES: tuple[tuple[str, Rule], ...] = (
    (r"gpt-4o-mini", _tiles(2_833, 5_667)),
    (r"gpt-(?:4\.1|5)-mini", _patches(1.62)),
    (r"gpt-(?:4\.1|5)-nano", _patches(2.46)),
    (r"o4-mini", _patches(1.72)),
    (r"(?:chat)?gpt-4", _tiles(85, 170)),
    (r"gpt-5(?:\.[01])?(?![.\d])", _tiles(70, 140)),
    (r"o[13](?!\d)", _tiles(75, 150)),
    (r"gpt-", _patches(1.2)),  # from 5.2 on
    (r"claude", _claude),
    (r"gemini", _gemini),
)


def image_tokens(family: str, width: int, height: int) -> int:
    """The tokens of an image of so many pixels for a model, named without its provider; one for a patch if unknown."""
    rule = next((rule for pattern, rule in _RULES if re.match(pattern, family)), _patches(1.0))
    return rule(width, height)
