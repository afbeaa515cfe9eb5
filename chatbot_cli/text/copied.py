"""Whether a part of one text was copied from another. Pure, and fast enough for texts of a megabyte."""

SHORTEST = 32  # characters that two texts do not have in common by chance
_BLOCK = SHORTEST // 2  # a common part of the shortest length holds a whole block of the other text, wherever it begins
_MOST_LOOKS = 1000  # at whole parts; texts that have so many blocks in common are taken for copies


def is_copied(text: str, source: str) -> bool:
    """Whether at least SHORTEST characters of `text` stand in `source`, however blanks and lines are broken."""
    text, source = " ".join(text.split()), " ".join(source.split())
    if len(text) < SHORTEST or len(source) < SHORTEST:
        return False
    blocks = {source[at : at + _BLOCK] for at in range(0, len(source), _BLOCK)}
    looks = 0
    for at in range(len(text) - _BLOCK + 1):
        if text[at : at + _BLOCK] not in blocks:
            continue
        looks += 1
        begins = range(max(0, at - _BLOCK + 1), min(at, len(text) - SHORTEST) + 1)
        if looks > _MOST_LOOKS or any(text[begin : begin + SHORTEST] in source for begin in begins):
            return True
    return False
