"""Shows invisible characters in the input line: in a pasted or imported text, some hide or reverse other text."""

from bisect import bisect_right

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput

from chatbot_cli.text.safe import revealed


class ShowHidden(Processor):
    """Draws a symbol for each invisible character and maps positions between text and screen. The text is unchanged."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return one line of the input as it is drawn."""
        fragments = transformation_input.fragments
        if all(revealed(fragment[1]) == fragment[1] for fragment in fragments):
            return Transformation(fragments)
        drawn: StyleAndTextTuples = []
        starts = [0]  # the column at which each character of the line is drawn
        for style, text, *_ in fragments:
            for character in text:
                shown = revealed(character)
                drawn.append((style, shown))
                starts.append(starts[-1] + len(shown))
        last = len(starts) - 1
        return Transformation(
            drawn,
            source_to_display=lambda index: starts[min(index, last)] + max(0, index - last),
            display_to_source=lambda column: bisect_right(starts, column) - 1 + max(0, column - starts[-1]),
        )
