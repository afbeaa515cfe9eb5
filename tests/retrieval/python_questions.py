"""Forty questions about Python as people ask them, with what an answer must say: a text that the right passages have.

The documents are those that each Python brings: the topics of its `help()` and the sources of some modules.
"""

import importlib.util
import math
from collections.abc import Sequence
from pathlib import Path
from pydoc_data.topics import topics

from chatbot_cli.readers.document import Form, ReadDocument
from chatbot_cli.retrieval.collection import Piece
from chatbot_cli.retrieval.cutting.cut import cut

MODULES = [
    "argparse",
    "bisect",
    "calendar",
    "configparser",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "difflib",
    "fnmatch",
    "functools",
    "getpass",
    "glob",
    "heapq",
    "json",
    "json.decoder",
    "json.encoder",
    "pathlib",
    "pickle",
    "pprint",
    "queue",
    "random",
    "shelve",
    "shutil",
    "smtplib",
    "statistics",
    "string",
    "subprocess",
    "tempfile",
    "textwrap",
    "threading",
    "timeit",
    "traceback",
    "webbrowser",
    "zipfile",
]

# A question, and texts of which one stands in each passage that answers it (lower case, one blank between words).
QUESTIONS = (
    ("What happens if the finally clause executes a return statement?", "exception is discarded"),
    ("why is a default argument shared between calls", "default parameter values are evaluated from left to right"),
    ("How can I make a class callable like a function?", 'called when the instance is “called” as a function'),
    ("how do I right align a number with 10 spaces using format", "forces the field to be right-aligned"),
    ("chained comparison a < b < c evaluated how", "comparisons can be chained arbitrarily"),
    ("Is -1 ** 2 negative? precedence of unary minus and power", "binds more tightly than unary operators on its left"),
    ("Which values are considered false?", "considered false"),
    ("difference between is and == operators", "test for an object’s identity"),
    ("assign to variable of the enclosing function", "nearest enclosing scope excluding globals"),
    ("when does the else block of a for loop run", "and the loop terminates"),
    ("How do I suppress an exception in __exit__?", "wishes to suppress the exception"),
    ("how to chain exceptions with raise from None", "exception chaining"),
    ("What is a metaclass and how is it determined?", "most derived metaclass"),
    ("save memory with __slots__", "space saved over using"),
    ("what must __hash__ return so that a set works", "objects which compare equal have the same hash value"),
    ("what may an except* clause catch in an exception group", "in the case of exception groups"),
    ("remove whitespace from both ends of a string", "leading and trailing characters removed"),
    ("split a text into lines including form feeds", "line boundaries"),
    ("sort a list in descending order by a key", "specifies a function of one argument"),
    ("how do slices with negative step work", "s[i:j:k]"),
    ("is dict order guaranteed", "insertion order"),
    ("write bytes literal with non-ASCII characters", "bytes with a numeric value of 128 or greater"),
    ("parameters that are positional only", "positional-only"),
    ("stop my program at a line and step through it in pdb", "break into the debugger"),
    ("private attributes name mangling double underscore", "private name mangling"),
    ("copy a directory tree with all files", "recursively copy a directory tree"),
    ("how much free disk space", "disk usage statistics"),
    ("create a temporary folder that is removed afterwards", "create and return a temporary directory"),
    ("run a shell command and capture what it prints", "run command with arguments and return its output"),
    ("avoid zombie child processes", "zombie"),
    ("delete a file if it exists, ignore if missing (Path)", "missing_ok"),
    ("median of a list of numbers", "return the median (middle value) of numeric data"),
    ("wrap text paragraphs to 70 columns", "reformat the single paragraph"),
    ("deepcopy recursive objects memo", "recursive objects"),
    ("parseConstant NaN Infinity decoder", "parse_constant"),
    ("merge several sorted inputs into one iterator", "merge multiple sorted inputs into a single sorted output"),
    ("close matches: did you mean", "list of the best \"good enough\" matches"),
    ("cache results of a function, least recently used", "least-recently-used cache decorator"),
    ("make the fields of a dataclass immutable, frozen", "fields may not be assigned"),
    ("guess the delimiter of a csv sample", "returns a dialect"),
)  # fmt: skip


def documents() -> dict[str, ReadDocument]:
    """The documents by name."""
    texts = {f"topics/{name}.txt": ReadDocument(text, Form.PROSE, "text") for name, text in topics.items()}
    for module in MODULES:
        found = importlib.util.find_spec(module)
        if found and found.origin:
            path = Path(found.origin)
            name = f"lib/{module.replace('.', '/')}.py"
            texts[name] = ReadDocument(path.read_text("utf-8"), Form.CODE, "Python", language="Python")
    return texts


def documents_in_pieces() -> list[tuple[str, Sequence[Piece]]]:
    """The pieces of the documents, with their names."""
    return [(name, cut(document)) for name, document in documents().items()]


def folded(text: str) -> str:
    """The text as answers are looked for in it."""
    return " ".join(text.lower().split())


def ndcg(right: Sequence[bool], there: int) -> float:
    """The normalised discounted cumulative gain at 10 of results that are right or not; so many are `there`."""
    best = sum(1 / math.log2(rank + 2) for rank in range(min(10, there)))
    return sum(1 / math.log2(rank + 2) for rank, one in enumerate(right[:10]) if one) / best
