"""What a document is cut between: its blocks, each of which is kept together if it can be."""

from chatbot_cli.frozen import frozen

TARGET = 1_200  # characters that a piece has at most, where there is a choice
MOST = 2_000  # characters that a piece has at most, but for a head that is repeated
SMALL = 200  # a piece with fewer characters goes on, beyond the end of its section


@frozen
class Block:
    """Lines of a document from `first`, counted from 0, up to `end`, which is the next block's first.

    `trail` are the headings that it stands under, the outermost first; its own, if it `is_heading`. A new section
    `begins` with it. If it has to be torn, each part repeats `head`, such as the head of a table, and `foot`.
    """

    first: int
    end: int
    trail: tuple[str, ...] = ()
    begins: bool = False
    is_heading: bool = False
    head: tuple[str, ...] = ()
    foot: str = ""
