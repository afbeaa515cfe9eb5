"""Draws a very long line in part: prompt_toolkit takes every character of it into each drawing."""

from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput

FOLD = 4096  # characters; a line is drawn from the fold before the cursor's to the end of the fold after it
MARK = "…"  # stands for what is left out on one side


class FoldLongLines(Processor):
    """Draws of a very long line what is around the cursor: more than a screen holds. The text is unchanged."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return one line of the input as it is drawn."""
        document, fragments = transformation_input.document, transformation_input.fragments
        if sum(len(fragment[1]) for fragment in fragments) <= 3 * FOLD:
            return Transformation(fragments)
        line = "".join(fragment[1] for fragment in fragments)
        here = transformation_input.lineno == document.cursor_position_row
        fold = document.cursor_position_col // FOLD if here else 0
        start, end = max(0, fold - 1) * FOLD, min(len(line), (fold + 2) * FOLD)
        before, after = MARK if start else "", MARK if end < len(line) else ""
        return Transformation(
            [(fragments[0][0], f"{before}{line[start:end]}{after}")],
            source_to_display=lambda index: len(before) + min(max(index, start), end) - start,
            display_to_source=lambda column: min(start + max(0, column - len(before)), end),
        )
