"""Secrets in a text: the known shapes, the texts that only resemble them, and how much of a secret is shown."""

import base64
import random
import string
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot_cli.secrets.finding import KnownSecrets, Secret, find_secrets, refusal, what_is_held

REPOSITORY = Path(__file__).parent.parent.parent
LOTS = random.Random(7)  # nothing here is anybody's secret
MEGABYTES = 5


def drawn(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """Random characters with a digit among them."""
    return "".join(LOTS.choices(alphabet, k=length - 1)) + LOTS.choice("23456789")


HEX, UPPER, DASHED = "0123456789abcdef", string.ascii_uppercase + "234567", string.ascii_letters + string.digits + "-_"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
KEY_BODY = "\n".join(drawn(64) for _ in range(8))

KNOWN = {
    "an OpenAI API key": [f"sk-{drawn(48)}", f"sk-proj-{drawn(120, DASHED)}", f"sk-svcacct-{drawn(60, DASHED)}"],
    "an Anthropic API key": [f"sk-ant-api03-{drawn(93, DASHED)}"],
    "an OpenRouter API key": [f"sk-or-v1-{drawn(64, HEX)}"],
    "a Google API key": [f"AIza{drawn(35, DASHED)}"],
    "an AWS access key": [f"AKIA{drawn(16, UPPER)}", f"ASIA{drawn(16, UPPER)}"],
    "a GitHub token": [*(f"gh{kind}_{drawn(36)}" for kind in "pousr"), f"github_pat_{drawn(22)}_{drawn(59)}"],
    "a GitLab token": [f"glpat-{drawn(20, DASHED)}"],
    "a Slack token": [f"xox{kind}-123456789012-{drawn(24)}" for kind in "abprs"],
    "a Stripe key": [f"sk_live_{drawn(24)}", f"rk_live_{drawn(24)}"],
    "a Hugging Face token": [f"hf_{drawn(34)}"],
    "an npm token": [f"npm_{drawn(36)}"],
    "a PyPI token": [f"pypi-AgEIcHlwaS5vcmc{drawn(140, DASHED)}"],
    "a Groq API key": [f"gsk_{drawn(52)}"],
    "an xAI API key": [f"xai-{drawn(80)}"],
    "a SendGrid API key": [f"SG.{drawn(22, DASHED)}.{drawn(43, DASHED)}"],
    "a login token": [JWT],
}
SURROUNDED = ("{}", "My key is {}. Is it bad?", "KEY={}\n", '"{}",', "`{}`", "(é{}é)", "https://x.example/?key={}&y=1")


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in KNOWN.items() for value in values])
def test_a_known_shape_is_found_wherever_it_stands(kind: str, value: str) -> None:
    for around in SURROUNDED:
        assert find_secrets(around.format(value)) == [Secret(kind, value)]


@pytest.mark.parametrize("value", [value for values in KNOWN.values() for value in values])
def test_a_known_shape_within_a_longer_word_is_none(value: str) -> None:
    assert find_secrets(f"a{value}") == []


@pytest.mark.parametrize("name", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\\n"], ids=["lines", "CRLF", "in JSON"])
def test_a_private_key_is_found_up_to_its_end(name: str, end: str) -> None:
    body = KEY_BODY.replace("\n", end)
    block = f"-----BEGIN {name}PRIVATE KEY-----{end}{body}{end}-----END {name}PRIVATE KEY-----"
    assert find_secrets(f"Look: {block} and so on") == [Secret("a private key", body)]


def test_a_private_key_without_its_end_is_one_too() -> None:
    assert find_secrets(f"-----BEGIN PRIVATE KEY-----\n{KEY_BODY}") == [Secret("a private key", KEY_BODY)]


LABELLED = [
    ("an AWS secret key", "aws_secret_access_key = {}", drawn(40)),
    ("an AWS secret key", '"SecretAccessKey": "{}"', drawn(40)),
    ("a Twilio key", "TWILIO_API_KEY_SID={}", f"SK{drawn(32, HEX)}"),
    ("a password", "password={}", "kD93jf8Ks02Lq71x"),
    ("a password", "DB_PASSWORD: '{}'", "kD93!f8Ks0;Lq71x"),
    ("a password", "The password: {}.", "kD93jf8Ks02Lq71x"),
    ("an API key", "OPENAI_API_KEY={}", drawn(32, HEX)),
    ("an API key", "apiKey: `{}`,", drawn(32)),
    ("an API key", "x-api-key: {}\r\n", drawn(40)),
    ("a token", '{{"token": "{}"}}', drawn(32)),
    ("a token", '"{{\\"access_token\\": \\"{}\\"}}"', drawn(32)),
    ("a token", "https://x.example/?token={}&page=2", drawn(32)),
    ("a token", "Authorization: Bearer {}", drawn(40)),
    ("a secret key", "client_secret => {}", drawn(32)),
    ("a password in an address", "postgres://ada:{}@db.example:5432/shop", "hunter2x"),
    ("a password in an address", "redis://:{}@localhost", "p4ssw0rt-77"),
]


@pytest.mark.parametrize(("kind", "around", "value"), LABELLED)
def test_a_value_that_looks_random_is_found_behind_its_label(kind: str, around: str, value: str) -> None:
    assert find_secrets(around.format(value)) == [Secret(kind, value)]


HARMLESS = [
    "sk-...",
    "sk-proj-…",
    "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx1",
    "sk-your-openai-api-key-here",
    "sk-ant-api03-your-api-key-goes-here",
    "sk-proj-this-is-how-they-begin-nowadays",
    "sk-abcdefghijklmnopqrstuvwxyz",
    "AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "ghp_" + "x" * 36,
    "github_pat_" + "A1" * 40,
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    f"-----BEGIN CERTIFICATE-----\n{KEY_BODY}\n-----END CERTIFICATE-----",
    f"-----BEGIN PUBLIC KEY-----\n{KEY_BODY}\n-----END PUBLIC KEY-----",
    f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{drawn(43)} ada@host",
    "password=changeme",
    "password=changeme1234567890abc",
    "password: ${DB_PASSWORD}",
    "api_key: <your-key>",
    "token={{ secrets.GITHUB_TOKEN }}",
    'api_key = os.environ["OPENAI_API_KEY"]',
    "api_key=settings.keys.openai_api_key_v1,",
    "token = tokens[index1]",
    "token = get_token_from_cache1()",
    "secret: V1SecretProjection",
    "password = my-super-long-password-1",
    "secret: projects/1234/secrets/database-main",
    "max_tokens=1234567890123456",
    "token: 2024-01-02T03:04:05.678901Z",
    'next_page_token: "CAUQAA9dk3Kd82kD93jf8Ks02"',
    'csrf_token = "kD93jf8Ks02Lq71xkD93jf8K"',
    "token: 123e4567-e89b-12d3-a456-426614174000",
    "secret: sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "password_hash = $2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW",
    "postgres://user:password@localhost/db",
    "postgres://postgres:postgres@localhost/db",
    "postgres://postgres:mysecretpassword@localhost/db",
    "mongodb+srv://<user>:<password>@cluster.example",
    "https://ada:$TOKEN@host https://ada:${TOKEN}@host https://{user}:{password}@host",
    "git clone ssh://git@github.com:22/x and https://host:8080/@scope/name@1.2.3",
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "123e4567-e89b-12d3-a456-426614174000",
    f"data:image/png;base64,{base64.b64encode(LOTS.randbytes(100_000)).decode()}",
    "risk-1234567890abcdef1234567890abcdef task-force disk-usage",
    "sk-SK locale, sk-cube-grid, .sk-folding-cube1",
    "bearer of good news, Bearer <token>, Bearer $TOKEN",
    "ASIAPACIFICREGIONOVERVIEW",
    "eyJ is how a JWT begins: eyJhbGciOi...",
    "gh pr list; npm_config_registry=https://registry.npmjs.org/; hf_hub_download",
    "SKILL twilio SKU 12345",
]


@pytest.mark.parametrize("text", HARMLESS, ids=[text[:40] for text in HARMLESS])
def test_what_only_looks_like_a_secret_is_none(text: str) -> None:
    assert find_secrets(text) == []


def test_our_own_code_and_prose_raise_no_alarm() -> None:
    files = [*(REPOSITORY / "chatbot_cli").rglob("*.py"), *REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md")]
    assert [(str(path), secrets) for path in files if (secrets := find_secrets(path.read_text("utf-8")))] == []


def test_secrets_come_in_their_order_and_each_once() -> None:
    (google,), (github, *_) = KNOWN["a Google API key"], KNOWN["a GitHub token"]
    text = f"{github} {google} {github} and https://ada:{github}@github.com api_key={google}"
    assert find_secrets(text) == [Secret("a GitHub token", github), Secret("a Google API key", google)]


@given(st.text("skproj-:=@/ \"'eyJ.-BEGINPRVATKY\n\0é\ud800🎉0aA1", max_size=300) | st.text(max_size=200))
@example("\ud800" * 9 + "password=kD93jf8Ks02Lq71x\0")
def test_any_text_can_be_looked_at(text: str) -> None:
    assert all(secret.value in text for secret in find_secrets(text))


PIECES = [
    "The quick brown fox said token: to the dog.\n",
    *(
        "a",
        "\0",
        "é🎉\ud800",
        "0123456789abcdef",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----" + "-a" * 99,
    ),
    *(
        "sk-",
        "sk-proj-",
        "eyJ",
        "eyJaaaaaaaaaa.",
        "ghp_",
        "glpat-aaaaaaaaaaaaaaaaaaaaaaaa.a",
        "SG.",
        "xoxb-1",
        "://a:b",
        "://:",
    ),
    *("token=", 'token="', "token:" + " " * 99, "password:.!?", "bearer ", "twilio", "secret_access_key=", "\\"),
]


@pytest.mark.parametrize("piece", PIECES, ids=[ascii(piece[:30]) for piece in PIECES])
def test_the_time_grows_with_the_length_alone(piece: str) -> None:
    fast, slow = (seconds_for(piece, size) for size in (100_000, 400_000))
    assert slow < 16 * fast + 0.1  # four times the text; the square of that, and some, would be a pattern gone wild


def seconds_for(piece: str, length: int) -> float:
    text = (piece * (length // len(piece) + 1))[:length]
    begun = time.process_time()
    find_secrets(text)
    return time.process_time() - begun


def test_megabytes_are_looked_at_in_a_moment() -> None:
    prose = "Ordinary words, some = code(here), a token of respect: nothing to see.\n"
    assert seconds_for(prose, MEGABYTES * 1_000_000) < 5
    assert seconds_for(base64.b64encode(LOTS.randbytes(1000)).decode(), MEGABYTES * 1_000_000) < 5


@pytest.mark.parametrize(
    ("value", "shown"),
    [("sk-proj-abcdefghijklmn9x", "sk-p…9x"), ("0123456789abcdef", "012…f"), ("hunter22", "hu…"), ("abc", "…")],
)
def test_so_much_is_shown_that_its_owner_knows_it(value: str, shown: str) -> None:
    assert Secret("a key", value).shown == shown


@given(st.text(max_size=100))
def test_never_more_than_a_quarter_is_shown(value: str) -> None:
    shown = Secret("a key", value).shown
    assert len(shown) - 1 <= min(6, len(value) / 4)


def test_a_traceback_shows_no_value() -> None:
    assert "hunter22" not in repr(Secret("a password", "hunter22"))


def test_the_sentence_names_the_first_and_counts_the_others() -> None:
    secrets = [Secret(f"a key of kind {number}", "x" * 8) for number in range(1, 6)]
    assert what_is_held(secrets[:1]) == "This message holds what looks like a key of kind 1 (xx…)."
    assert what_is_held(secrets[:2]).endswith("like a key of kind 1 (xx…) and a key of kind 2 (xx…).")
    assert what_is_held(secrets).endswith(", a key of kind 2 (xx…), a key of kind 3 (xx…) and 2 more.")
    assert str(refusal(secrets[:1])) == f"{what_is_held(secrets[:1])} It was not sent."


def test_a_value_that_was_named_is_not_new_again() -> None:
    first, second = KNOWN["a GitHub token"][:2]
    named = KnownSecrets()
    named.add(named.new_in(f"{first}"))
    assert named.new_in(f"again {first}") == []
    assert named.new_in(f"{second} {first}") == [Secret("a GitHub token", second)]
    assert first not in str(vars(named))
