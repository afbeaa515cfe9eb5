"""What is asked of a row: whether it begins with a sign of the program, and whether nothing else is changed in it."""

from chatbot_cli.text.signs import MESSAGE, PROMPT, RULE

NOT_SEEN = "\u200c\u200d\u200e\u200f\u061c\ufe0f\u2800"
LOOK_ALIKES = {">": "›»❯≫⟩", "＞": "》〉", "-": "─━╌—⸺", "～": "ー－"}
_PLAIN = str.maketrans({glyph: plain for plain, glyphs in LOOK_ALIKES.items() for glyph in glyphs})


def begins_with_a_sign(row: str) -> bool:
    """Whether a row begins with a sign, perhaps after blanks."""
    visible = row.translate(dict.fromkeys(map(ord, NOT_SEEN), " ")).lstrip()
    visible = "".join(" " if character.isspace() else character for character in visible)
    return f"{visible.rstrip()} ".startswith((MESSAGE, PROMPT)) or visible.startswith(RULE)


def same_but_for_signs(text: str, shown: str) -> bool:
    """Whether two texts differ at most in the glyphs of signs."""
    return text.translate(_PLAIN) == shown.translate(_PLAIN)
