"""The input line shows what would be hidden: a pasted or imported text may hold what turns or hides other text."""

from bisect import bisect_right

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput

from chatbot_cli.text.safe import safe


class ShowHidden(Processor):
    """Draws each such character as its symbol, and knows which place is which; what is sent stays as it is."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """One line of the input, as it is drawn."""
        fragments = transformation_input.fragments
        if all(safe(fragment[1]) == fragment[1] for fragment in fragments):
            return Transformation(fragments)
        drawn: StyleAndTextTuples = []
        starts = [0]  # where each character of the line is drawn
        for style, text, *_ in fragments:
            for character in text:
                shown = safe(character)
                drawn.append((style, shown))
                starts.append(starts[-1] + len(shown))
        last = len(starts) - 1
        return Transformation(
            drawn,
            source_to_display=lambda place: starts[min(place, last)] + max(0, place - last),
            display_to_source=lambda place: bisect_right(starts, place) - 1 + max(0, place - starts[-1]),
        )
