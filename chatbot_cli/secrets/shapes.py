"""The shapes of secrets: a pattern for each kind, and a test whether a match is a real secret.

A false alarm costs more than a missed secret: a question that is asked too often is answered without being read. So a
value must have a shape that nothing else has, or follow a label and look random.
"""

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

from chatbot_cli.frozen import frozen

FEWEST_LETTERS = 8  # of a real key, the words of a placeholder not counted


@frozen
class Shape:
    """The shape of a kind of secret: a pattern with a group `value`, and a test of a match.

    Without `labels` the pattern begins with `mark`. With them it begins right after one of these words, in any case.
    """

    kind: str
    mark: str
    pattern: "re.Pattern[str]"
    is_real: Callable[["re.Match[str]"], bool]
    labels: tuple[str, ...] = ()


# Real secrets and placeholders

_WORDS_INSTEAD = ("example", "placeholder", "changeme", "change-me", "change_me", "redacted", "dummy")
_SIGNS_INSTEAD = ("xxxx", "****", "...", "…", "${", "{{", "<", "%(", "://")


def _is_stand_in(value: str, fewest: int = FEWEST_LETTERS) -> bool:
    """Whether a value is a placeholder. A real secret has at least `fewest` characters besides such words."""
    lower = value.lower()
    if value.startswith(("$", "%", "{")) or any(part in lower for part in (*_WORDS_INSTEAD, *_SIGNS_INSTEAD)):
        return True
    return len(set(value[-16:])) < min(7, fewest) or len(_filler().sub("", lower)) < fewest


@cache
def _filler() -> "re.Pattern[str]":
    return re.compile(
        r"password|passwort|passwd|pass|secret|token|test|demo|fake|your|user|admin|root|goes|here|insert|replace|with"
        r"|openai|anthropic|some|real|this|the|api\d*|key|my|sk|ant|proj|live|\W|_"
    )


def _is_mixed(value: str) -> bool:
    return any(map(str.isdigit, value)) or (value.lower() != value and value.upper() != value)


def _is_token(match: "re.Match[str]") -> bool:
    return _is_mixed(match["value"]) and not _is_stand_in(match["value"])


def _is_numbered(match: "re.Match[str]") -> bool:
    return any(map(str.isdigit, match["value"])) and _is_token(match)


def _is_private_key(match: "re.Match[str]") -> bool:
    line = re.search(r"[A-Za-z0-9+/]{40}", match["value"])
    return line is not None and len(set(line[0])) >= 12


def _is_password_of_address(match: "re.Match[str]") -> bool:
    user, password = match["user"].lower(), match["value"]
    return password.lower() != user and not password.isdigit() and not _is_stand_in(password, fewest=4)


def _looks_random(match: "re.Match[str]") -> bool:
    """Whether digits and letters alternate as in no name, path, date or well-known hash."""
    value = match["value"]
    if _is_stand_in(value) or not any(map(str.isdigit, value)) or value.isdigit():
        return False
    if re.fullmatch(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|sha\d+[-:$].*", value):
        return False
    changes = sum(_changes(one, two) for one, two in pairwise(value))
    return changes > len(value) / 5 and len(set(value)) >= 9


def _changes(one: str, two: str) -> bool:
    """Whether two neighbours differ as they do within no word. A capital before a small letter begins a word."""
    if not (one.isalnum() and two.isalnum()):
        return False
    return one.isdigit() != two.isdigit() or (one.islower() and two.isupper())


# The shapes, the most specific first


def _marked(kind: str, mark: str, rest: str, is_real: Callable[["re.Match[str]"], bool] = _is_token) -> Shape:
    """A value that begins with `mark` and is not a part of a longer word."""
    # The mark comes first in the pattern, then the test of the character before it: so `re` searches for the mark.
    literal = re.escape(mark)
    pattern = re.compile(rf"(?P<value>{literal}(?<![\w-]{literal}){rest})(?![\w-])", re.ASCII)
    return Shape(kind, mark, pattern, is_real)


def _labelled(kind: str, *labels: str) -> Shape:
    """A value that looks random, after one of these words and a sign such as = or a colon."""
    sign = r"""\\?["'`]?[ \t]{0,4}(?::=|=>|=|:)[ \t]{0,4}\\?"""
    in_quotes = r"""[^\s"'`\\]{16,128}+"""
    bare = r"""(?:[.?!:]{0,3}+[^\s"'`\\<>(){}\[\],;&|.?!:]){16,128}+"""  # a full stop at its end is the sentence's
    value = rf"""(?P<quote>["'`])?(?P<value>(?(quote){in_quotes}|{bare}))"""
    end = r"""(?(quote)\\?(?P=quote)|[.?!:]{0,3}(?:[\s"'`\\)}\],;&|]|$))"""
    return Shape(kind, "", re.compile(sign + value + end, re.ASCII), _looks_random, labels)


def _after(kind: str, label: str, pattern: str, is_real: Callable[["re.Match[str]"], bool]) -> Shape:
    """A value after the word `label`, as the pattern describes it."""
    return Shape(kind, "", re.compile(pattern, re.ASCII), is_real, (label,))


@cache  # compiled for the first text: the first prompt does not wait for it
def secret_shapes() -> tuple[Shape, ...]:
    armour = r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nr])*"
    # No possessive group here: Python before 3.11.5 ends it too early (gh-106052). Nothing follows, so none is needed.
    key = r"(?P<value>[^-]*(?:-(?!----)[^-]*)*)"
    address = r"""://(?P<user>[^\s/:@?#"'<>]{0,64}):(?P<value>[^\s/:,@"'<>]{6,128}+)@[\w.\[]"""
    return (
        Shape("a private key", "-----BEGIN ", re.compile(armour + key), _is_private_key),
        _marked("an Anthropic API key", "sk-ant-", r"[\w-]{20,}"),
        _marked("an OpenAI API key", "sk-", r"(?:proj|svcacct|admin|None)-[\w-]{20,}"),
        _marked("an OpenRouter API key", "sk-or-", r"[\w-]{20,}"),
        _marked("an OpenAI API key", "sk-", r"[A-Za-z0-9]{20,200}+", _is_numbered),
        _marked("a Google API key", "AIza", r"[\w-]{35}"),
        _marked("an AWS access key", "AKIA", r"[A-Z0-9]{16}"),
        _marked("an AWS access key", "ASIA", r"[A-Z0-9]{16}"),
        _marked("a GitHub token", "gh", r"[pousr]_[A-Za-z0-9_]{36,255}+"),
        _marked("a GitHub token", "github_pat_", r"[A-Za-z0-9_]{36,255}+"),
        _marked("a GitLab token", "glpat-", r"[\w-]{20,}(?:\.[\w-]+){0,2}"),
        _marked("a Slack token", "xox", r"[abeprs](?:\.xox[bp])?-[\w-]{10,}", _is_numbered),
        _marked("a Stripe key", "sk_live_", r"[A-Za-z0-9]{16,255}+"),
        _marked("a Stripe key", "rk_live_", r"[A-Za-z0-9]{16,255}+"),
        _marked("a Hugging Face token", "hf_", r"[A-Za-z0-9]{30,64}+"),
        _marked("an npm token", "npm_", r"[A-Za-z0-9]{36}"),
        _marked("a PyPI token", "pypi-", r"[\w-]{50,}"),
        _marked("a Groq API key", "gsk_", r"[A-Za-z0-9]{32,128}+"),
        _marked("an xAI API key", "xai-", r"[A-Za-z0-9]{32,128}+"),
        _marked("a SendGrid API key", "SG.", r"[\w-]{16,32}\.[\w-]{30,64}"),
        _marked("a login token", "eyJ", r"[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}"),
        _after("a Twilio key", "twilio", r"[^\n]{0,60}?(?<!\w)(?P<value>SK[0-9a-f]{32})(?!\w)", _is_token),
        _labelled("an AWS secret key", "secret_access_key", "secretaccesskey", "secret access key"),
        Shape("a password in an address", "://", re.compile(address), _is_password_of_address),
        _labelled("a password", "password", "passwd", "passphrase", "pwd"),
        _labelled("an API key", "api_key", "apikey", "api-key", "api key"),
        _labelled("a secret key", "secret", "secret_key", "secretkey", "private_key", "access_key", "accountkey"),
        _labelled("a token", "token"),
        _after("a token", "bearer", r" {1,3}(?P<value>[\w.~+/=-]{16,256}+)", _looks_random),
    )
