"""The Markdown that models write: CommonMark with tables and strikethrough, and with an eye for what models mean.

Nothing that a model wrote is lost: formulas and footnotes are left as they are, addresses are taken whole, link
definitions are shown, no cell of a table is dropped, and the numbers of lists are the model's.
"""

import re
from types import SimpleNamespace

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkDestination, parseLinkTitle
from markdown_it.rules_inline import emphasis, strikethrough

from chatbot_cli.terminal.markdown.addresses import BEGINS, address, in_angle_brackets
from chatbot_cli.terminal.markdown.definitions import definitions, link_to_definition
from chatbot_cli.terminal.markdown.emphasis import in_any_script
from chatbot_cli.terminal.markdown.formulas import formula, formula_in_text
from chatbot_cli.terminal.markdown.line_breaks import line_break
from chatbot_cli.terminal.markdown.link_labels import label_end
from chatbot_cli.terminal.markdown.numbering import number_items
from chatbot_cli.terminal.markdown.tables import table

# The depth to which blocks may be nested, lists counted twice. The parser drops anything deeper; its default is 20.
DEEPEST = 60


def new_parser() -> MarkdownIt:
    """A parser of its own; the one for all is PARSER."""
    # The renderer would drop raw HTML: without the html option it is shown as text.
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).enable(["strikethrough", "table"])
    _read_blocks(parser)
    _read_text(parser)
    parser.core.ruler.after("block", "numbers", number_items)
    parser.helpers = SimpleNamespace(  # type: ignore[assignment]  # a module by default; its three functions are asked for
        parseLinkLabel=label_end, parseLinkDestination=parseLinkDestination, parseLinkTitle=parseLinkTitle
    )
    return parser


def _read_blocks(parser: MarkdownIt) -> None:
    rules = parser.block.ruler
    rules.before("fence", "formula", formula, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    rules.at("table", table, {"alt": ["paragraph", "reference"]})
    rules.at("reference", definitions)


def _read_text(parser: MarkdownIt) -> None:
    rules = parser.inline.ruler
    rules.before("text", "address", address)
    rules.before("escape", "formula", formula_in_text)
    rules.at("strikethrough", in_any_script(strikethrough.tokenize))
    rules.at("emphasis", in_any_script(emphasis.tokenize))
    rules.at("link", link_to_definition)
    rules.at("autolink", in_angle_brackets)
    rules.before("autolink", "line_break", line_break)
    # Plain text ends before an address, as it does before any mark.
    parser.inline.terminator_re = re.compile(f"{parser.inline.terminator_re.pattern}|{BEGINS}")


PARSER = new_parser()
