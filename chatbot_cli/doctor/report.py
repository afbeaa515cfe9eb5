"""The doctor's report: checks in groups, as aligned lines or as JSON. Pure."""

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from chatbot_cli.frozen import frozen
from chatbot_cli.secrets.striking import struck
from chatbot_cli.text.safe import one_line

Grade = Literal["ok", "warn", "fail"]
NARROWEST = 60  # columns; in fewer, an aligned line would be cut to shreds


@frozen
class Check:
    """One thing that was checked. `source` says where a setting comes from, `fix` how to mend what is not well."""

    grade: Grade
    name: str
    value: str
    source: str = ""
    fix: str = ""


Groups = Mapping[str, Sequence[Check]]


def count(groups: Groups, grade: Grade) -> int:
    """How many checks have this grade."""
    return sum(check.grade == grade for checks in groups.values() for check in checks)


def without_keys(groups: Groups, keys: Sequence[str]) -> Groups:
    """The same with these keys struck out, should one have got into a sentence."""

    def without(text: str) -> str:
        return struck(text, *keys)

    return {
        name: [
            replace(check, value=without(check.value), source=without(check.source), fix=without(check.fix))
            for check in checks
        ]
        for name, checks in groups.items()
    }


def as_lines(groups: Groups, width: int | None) -> Iterator[str]:
    """The groups as text, then a summary. A line wider than `width` continues below its value."""
    names = max(len(check.name) for checks in groups.values() for check in checks)
    for name, checks in groups.items():
        yield name
        values = max((len(one_line(check.value)) for check in checks if check.source), default=0)
        for check in checks:
            value = one_line(check.value)
            start = f"  {check.grade:4}  {check.name:{names}}  "
            text = f"{value:{values}}  ({one_line(check.source)})" if check.source else value
            if check.fix:
                text = f"{_sentence(text)} {_sentence(one_line(check.fix))}"
            yield from _wrapped(start, text, width)
        yield ""
    yield _summary(groups)


def as_json(groups: Groups) -> str:
    """The same as one object. Whatever is not ASCII is escaped."""
    report = {
        "ok": not count(groups, "fail"),
        "failures": count(groups, "fail"),
        "warnings": count(groups, "warn"),
        "groups": {
            name: [
                {"what": check.name, "grade": check.grade, "value": check.value, "source": check.source}
                | {"fix": _sentence(check.fix)}
                for check in checks
            ]
            for name, checks in groups.items()
        },
    }
    return json.dumps(report, indent=2)


def _wrapped(start: str, text: str, width: int | None) -> list[str]:
    if width is None or width < NARROWEST or len(start) + len(text) <= width:
        return [start + text]
    # Neither an address nor a path is broken: they are there to be copied.
    lines = textwrap.wrap(text, width - len(start), break_long_words=False, break_on_hyphens=False)
    return [(" " * len(start) if number else start) + line for number, line in enumerate(lines)]


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _summary(groups: Groups) -> str:
    """The names of the checks that are not well: their lines may have scrolled off the screen."""
    parts = []
    for grade, word in (("fail", "failed"), ("warn", "to look at")):
        names = [one_line(check.name) for checks in groups.values() for check in checks if check.grade == grade]
        parts += [f"{len(names)} {word} ({', '.join(names)})"] if names else []
    return f"{', '.join(parts)}." if parts else "All is well."
