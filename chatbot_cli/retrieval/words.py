"""The other forms of words, by which a passage is found as well."""


def indexed_words(text: str) -> str:
    """The parts of camelCase words and of runs of Chinese, Japanese and Korean in a text."""
    return ""
