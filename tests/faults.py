"""All that a server, or the way to it, does wrong: what it sends, and what the user then sees.

The table stands in docs/failures.md (`make docs`). Every row is tried in a script, in a conversation and in a program.
"""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.end_to_end.installed_chat import KEY
from tests.streaming_server import (
    DONE,
    HANG_UP,
    RESET,
    SILENCE,
    STOP,
    TLS_TOO_NEW,
    Received,
    Reply,
    Script,
    answer,
    chunk,
    event,
    packed,
    page,
    stream,
    text,
)

CUT, AGAIN = 3, 75  # exit codes
IMPATIENT = {"CHAT_FIRST_TOKEN_TIMEOUT": "1", "CHAT_IDLE_TIMEOUT": "1"}
KEY_HINT = "Check OPENAI_API_KEY, in the environment or in .env."
URL_HINT = "Check the base URL: {url}"
SETTINGS_HINT = "Check <model> and the settings that go with it."
SHORTER_HINT = "Send less: <send less>."
ONLY_SHORTER_HINT = "Only a shorter message helps."
SHORTENED_ONCE = "The reply was empty, as if it was asked too much: the oldest exchange is left out this once."
SHORTENED = "Too long for the server: the oldest exchange is left out"


IN_A_SCRIPT = {
    "<base_url>": "--base-url",
    "<model>": "--model",
    "<max_reply_tokens>": "--max-reply-tokens",
    "<send less>": "--max-context-tokens N",
    "<continue>": "chat -c /continue",
}
IN_A_CONVERSATION = IN_A_SCRIPT | {
    "<model>": "/model",
    "<max_reply_tokens>": "/set max_reply_tokens",
    "<send less>": "/trim, or /window N tokens",
    "<continue>": "/continue",
}
IN_A_PROGRAM = {
    "<base_url>": "base_url",
    "<model>": "model",
    "<max_reply_tokens>": "max_reply_tokens",
    "<send less>": "a smaller max_context_tokens",
    "<continue>": "a message such as “go on”",
}


@dataclass(frozen=True)
class Fault:
    """One row: what the server `does`, and what comes of it.

    `replies` answer the question, the last one for ever; without them nobody listens. The user `sees` a sentence and a
    `hint`; what there is of a reply is `out` in a script, `shown` on the screen if that differs, and its account is
    `marked`. `told` is said besides in a script, `in_chat` in a conversation, where there is something to send less of.
    `no_tls` is the answer to a client that speaks TLS. A fault that is `lasting` meets the next question too.

    In texts {url} is the server's base URL, {proxy} the same without its path, {nobody} an address where nobody
    listens, {ca} a file with the certificate of the authority behind a server with `tls`. In hints, what stands between
    < and > is said by each door in its own way: IN_A_SCRIPT, IN_A_CONVERSATION and IN_A_PROGRAM.
    """

    does: str
    replies: Sequence[Script] = ()
    sees: str = ""
    hint: str = ""
    exit_code: int = 0
    out: str = ""
    shown: str = ""
    marked: str = ""
    told: str = ""
    in_chat: str = ""
    url: str = "{url}"
    tls: bool = False
    no_tls: bytes = b""
    lasting: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)

    def hint_in(self, words: Mapping[str, str]) -> str:
        """The hint as one of the doors says it."""
        hint = self.hint
        for marked, said in words.items():
            hint = hint.replace(marked, said)
        return hint

    @property
    def is_asked_again(self) -> bool:
        """Whether the question stands in the prompt again."""
        return not self.in_chat and bool(self.sees)


def refused(does: str, reply: Reply, sees: str, hint: str, exit_code: int = 1) -> Fault:
    return Fault(does, (reply,), sees, hint, exit_code)


def cut(does: str, *steps: object, why: str, environ: Mapping[str, str] | None = None) -> Fault:
    """A reply that breaks off behind the word Half."""
    reply = stream(text("Half"), *steps)  # type: ignore[arg-type]  # given one by one in the table
    sentence = f"The reply was cut off: {why}."
    hint = "Asking again may help; <continue> asks for the rest."
    return Fault(does, (reply,), sentence, hint, CUT, "Half", marked=f"cut off: {why}", environ=environ or {})


def fine(does: str, *replies: Script, out: str = "Hello!", shown: str = "", told: str = "", **environ: str) -> Fault:
    return Fault(does, replies, out=out, shown=shown, told=told, environ=environ)


def error(message: str, **more: object) -> dict[str, object]:
    return {"error": {"message": message, **more}}


def too_long(server: str, reply: Reply, said: str) -> Fault:
    """A dialect in which a request is too long; in a conversation, a shorter one is answered."""
    sees = f"The request is too long for the model: {said}"
    does = f"says that the request is too long, as {server} does"
    return Fault(
        does,
        (reply, answer("Short enough.")),
        sees,
        ONLY_SHORTER_HINT,
        1,
        in_chat=f"{SHORTENED}, and the window is {LIMIT} tokens now",
    )


def elsewhere(received: Received) -> Reply:
    """Sends to the same port under another name, where the key must not go."""
    if "authorization" not in received.headers:
        return page(error("No key"), 401)
    port = received.headers["host"].partition(":")[2]
    return page({}, 307, Location=f"http://localhost:{port}{received.path}")


def moved(received: Received) -> Reply:
    if received.path.startswith("/v2"):
        return answer("Hello!")
    return page({}, 308, Location="/v2/chat/completions")


HELLO = text("Hello!")
ZEROS = b"0" * 10_000_000  # longer than an event may be; that it goes on does not matter
BOMB = packed(ZEROS)
PACKED = gzip.compress(HELLO)
IDLE = b"data:\n\nretry: 3000\n\nevent: ping\n\nid: 7\n\n: still here\n\ndata: ping\n\n"
USAGE = event({"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 3}})
ACCENTS = event({"choices": [{"delta": {"content": "ACCENT"}, "finish_reason": "stop"}]}).replace(
    b"ACCENT", "né à 日本".encode()
)
HOSTILE = "a\x1b[31mred\x1b]0;t\x07 b\x9bc\u202ed\U000e0041e\x08\x7f one\rtwo"

CONNECTION = (
    Fault(
        "is not there",
        (),
        "Nothing answers at {nobody}/v1: connection refused.",
        "Is the server running? Set another one with <base_url>.",
        AGAIN,
        url="{nobody}/v1",
        lasting=True,
    ),
    Fault(
        "speaks no TLS, and the address begins with https",
        (answer("Hello!"),),
        "There is no secure connection to {https}: it does not speak TLS.",
        "Does its address begin with http:// instead of https://?",
        1,
        url="{https}",
        lasting=True,
    ),
    Fault(
        "speaks only TLS 1.0 or 1.1",
        (answer("Hello!"),),
        "There is no secure connection to {https}: it speaks only TLS 1.1 or older.",
        "TLS 1.2 is the oldest that is safe: the server needs an update.",
        1,
        url="{https}",
        no_tls=TLS_TOO_NEW,
        lasting=True,
    ),
    Fault(
        "has a certificate that nobody here trusts",
        (answer("Hello!"),),
        "There is no secure connection to {url}: unable to get local issuer certificate.",
        "SSL_CERT_FILE can name a file of certificates to trust.",
        1,
        tls=True,
        lasting=True,
    ),
    Fault(
        "has a certificate that `SSL_CERT_FILE` vouches for",
        (answer("Hello!"),),
        out="Hello!",
        tls=True,
        environ={"SSL_CERT_FILE": "{ca}"},
    ),
    Fault(
        "speaks TLS, and `SSL_CERT_FILE` names no file",
        (answer("Hello!"),),
        "The certificates of SSL_CERT_FILE cannot be read.",
        "Correct it to a file of certificates, or unset it.",
        2,
        tls=True,
        environ={"SSL_CERT_FILE": "{ca}.gone"},
        lasting=True,
    ),
    Fault(
        "is behind a proxy that is not there",
        (),
        "The proxy {nobody} of HTTP_PROXY is not reached: connection refused.",
        "Correct or unset HTTP_PROXY, or put model.invalid into NO_PROXY.",
        AGAIN,
        url="http://model.invalid/v1",
        environ={"HTTP_PROXY": "{nobody}"},
        lasting=True,
    ),
    Fault(
        "is behind a proxy that wants a password",
        (page("<title>Who are you?</title>", 407),),
        "The proxy {proxy} of HTTP_PROXY wants a password.",
        "Set HTTP_PROXY with user and password: http://USER:PASSWORD@HOST:PORT",
        1,
        url="http://model.invalid/v1",
        environ={"HTTP_PROXY": "{proxy}"},
        lasting=True,
    ),
    Fault(
        "is behind a proxy that does not let us through",
        (page("", 403),),
        "The proxy {proxy} of HTTPS_PROXY does not let us through: 403 Forbidden.",
        "Correct or unset HTTPS_PROXY, or put model.invalid into NO_PROXY.",
        1,
        url="https://model.invalid/v1",
        environ={"HTTPS_PROXY": "{proxy}"},
        lasting=True,
    ),
    Fault(
        "is behind a proxy whose port does not exist",
        (),
        "HTTP_PROXY cannot be used as a proxy.",
        "Give it an address like http://proxy:3128, or unset it.",
        2,
        url="http://model.invalid/v1",
        lasting=True,
        environ={"HTTP_PROXY": "http://127.0.0.1:70000"},
    ),
    Fault(
        "is behind a proxy that speaks SOCKS",
        (),
        "ALL_PROXY cannot be used as a proxy.",
        "Give it an address like http://proxy:3128, or unset it.",
        2,
        url="http://model.invalid/v1",
        environ={"ALL_PROXY": "socks5://127.0.0.1:1080"},
        lasting=True,
    ),
    refused(
        "hangs up while it says why it refuses",
        Reply((b'{"error": ', HANG_UP), 500, {"Content-Type": "application/json"}),
        "The connection to {url} was lost before the reply.",
        "Try again.",
        AGAIN,
    ),
    refused(
        "is not a web server",
        Reply((b"SSH-2.0-OpenSSH_9.2\r\n\r\n",), bare=True),
        "What answers at {url} is not a web server.",
        "Set another one with <base_url>.",
        1,
    ),
    refused(
        "hangs up before its reply",
        stream(HANG_UP),
        "The connection to {url} was lost before the reply.",
        "Try again.",
        AGAIN,
    ),
    refused(
        "crashes before its reply",
        stream(RESET),
        "The connection to {url} was lost before the reply.",
        "Try again.",
        AGAIN,
    ),
    refused(
        "redirects in circles",
        page({}, 307, Location="/v1/chat/completions"),
        "{url} redirects in circles.",
        URL_HINT,
    ),
    refused(
        "redirects to something that is no web address",
        page({}, 307, Location="ftp://127.0.0.1/"),
        "{url} redirects to something that is no web address.",
        URL_HINT,
    ),
    refused(
        "redirects to a port that does not exist",
        page({}, 307, Location="http://127.0.0.1:99999/v1"),
        "{url} redirects to something that is no web address.",
        URL_HINT,
    ),
    fine("has moved within its host", moved),
    Fault(
        "redirects to another host, which does not get the key",
        (elsewhere,),
        "{url} redirects to {elsewhere}, and the key is not taken there.",
        "If that is right, make it the base URL: {elsewhere}/v1",
        1,
    ),
)

REFUSALS = (
    refused(
        "does not like the request (400)",
        page(error("Unsupported value: 'temperature'."), 400),
        "The server refused the request (400): Unsupported value: 'temperature'.",
        SETTINGS_HINT,
    ),
    refused(
        "does not know the key (401)",
        page(error(f"Incorrect API key provided: {KEY}."), 401),
        "The server does not accept the API key: Incorrect API key provided: [key].",
        KEY_HINT,
    ),
    refused(
        "does not know the key, and says so with 400",
        page(error("API key not valid. Please pass a valid API key."), 400),
        "The server does not accept the API key: API key not valid. Please pass a valid API key.",
        KEY_HINT,
    ),
    refused(
        "wants to be paid (402)",
        page(error("Insufficient credits"), 402),
        "The account of the API key cannot pay: Insufficient credits.",
        "See the plan and billing of its account.",
    ),
    refused(
        "forbids it (403)",
        page(error("Country not supported"), 403),
        "The server does not allow this with the API key: Country not supported.",
        KEY_HINT,
    ),
    refused(
        "does not know the model (404)",
        page(error("The model `gpt-6-luna` does not exist", code="model_not_found"), 404),
        "The server does not know the model gpt-6-luna: The model `gpt-6-luna` does not exist.",
        "Set another one with <model>.",
    ),
    refused(
        "has no such page (404)",
        page({"detail": "Not Found"}, 404),
        "Nothing is found at {url}: the base URL or the model gpt-6-luna is wrong.",
        URL_HINT,
    ),
    refused(
        "says why in a code that is no text",
        Reply((b"\xff\x00",), 500, {"Content-Type": "text/html; charset=base64"}),
        "The server failed (500): \ufffd.",
        "Try again in a moment.",
        AGAIN,
    ),
    refused(
        "takes no messages there (405)",
        page({"detail": "Method Not Allowed"}, 405),
        "{url} takes no messages (405): Method Not Allowed.",
        URL_HINT,
    ),
    refused("gives up waiting (408)", page({}, 408), "The server gave up waiting.", "Try again.", AGAIN),
    refused(
        "is busy with another request (409)",
        page({}, 409),
        "The server is busy with another request (409).",
        "Try again.",
        AGAIN,
    ),
    refused(
        "finds the request too large (413)",
        page("<title>413 Request Entity Too Large</title>", 413),
        "The request is too large for the server (413): Request Entity Too Large.",
        SHORTER_HINT,
    ),
    refused(
        "misses a field (422)",
        page({"detail": [{"loc": ["body"], "msg": "field required"}]}, 422),
        "The server refused the request (422): field required.",
        SETTINGS_HINT,
    ),
    refused(
        "gets too many requests (429)",
        page(error("Slow down"), 429, x_request_id="req_42"),
        "Too many requests: Slow down.",
        "Wait a little and try again. Request id: req_42",
        AGAIN,
    ),
    refused(
        "asks to wait longer than two minutes (429)",
        page(error("Slow down"), 429, Retry_After="3600"),
        "Too many requests: Slow down.",
        "The server asks to wait 1 hour.",
        AGAIN,
    ),
    refused(
        "asks to wait for days (429)",
        page(error("Slow down!"), 429, Retry_After="259200"),
        "Too many requests: Slow down!",
        "The server asks to wait 3 days.",
        AGAIN,
    ),
    refused(
        "asks to wait for decades (503)",
        page(error("别急。"), 503, Retry_After="1e9"),
        "The server failed (503): 别急。",
        "The server asks to wait longer than a year.",
        AGAIN,
    ),
    fine(
        "asks to wait (429 with `Retry-After`), and answers then",
        page(error("Slow down"), 429, Retry_After="0.1"),
        answer("Hello!"),
        told="(Too many requests: Slow down; trying again in 1 s (2 of 2), Ctrl-C stops)",
        CHAT_TRIES="2",
    ),
    refused(
        "finds the quota used up (429)",
        page(error("You exceeded it.", code="insufficient_quota"), 429),
        "The quota of the API key is used up.",
        "See the plan and billing of its account.",
        1,
    ),
    refused("fails (500)", page(error("Oops"), 500), "The server failed (500): Oops.", "Try again in a moment.", AGAIN),
    refused(
        "has nothing behind it (502)",
        page("<html><title>502 Bad Gateway</title>", 502),
        "The server failed (502): Bad Gateway.",
        "Try again in a moment.",
        AGAIN,
    ),
    refused("is overloaded (503)", page({}, 503), "The server failed (503).", "Try again in a moment.", AGAIN),
)

LIMIT = 600  # tokens; the opening of a conversation does not fit with the question, the question alone does
HOLDS = f"This model's maximum context length is {LIMIT} tokens."
COUNTED = f"{HOLDS} However, your messages resulted in {LIMIT + 50} tokens."

TOO_LONG = (
    too_long("OpenAI", page(error(COUNTED, code="context_length_exceeded"), 400), COUNTED),
    too_long(
        "LiteLLM",
        page(error(f"litellm.ContextWindowExceededError: {HOLDS}", code="400"), 400),
        HOLDS,
    ),
    too_long(
        "llama.cpp",
        page(error("It exceeds the available context size", type="exceed_context_size_error", n_ctx=LIMIT), 400),
        "It exceeds the available context size.",
    ),
    Fault(
        "says nothing at all, as llama-cpp-python does when the request is too long",
        (stream(), answer("Short enough.")),
        "The server sent an empty reply.",
        f"The message may be too long for the model. {URL_HINT}",
        1,
        in_chat=SHORTENED_ONCE,
    ),
)

SILENCE_AND_CUTS = (
    Fault(
        "never begins to reply",
        (stream(SILENCE),),
        "gpt-6-luna did not begin to answer within 1 second.",
        "Try again; it may be busy.",
        AGAIN,
        environ=IMPATIENT,
    ),
    Fault(
        "promises a reply, and never begins it",
        (stream(b": wait\n\n", chunk(role="assistant"), SILENCE),),
        "gpt-6-luna did not begin to answer within 1 second.",
        "Try again; it may be busy.",
        AGAIN,
        environ=IMPATIENT,
    ),
    cut("falls silent in the middle", SILENCE, why="nothing came for 1 second", environ=IMPATIENT),
    cut("hangs up in the middle", HANG_UP, why="the connection was lost"),
    cut("crashes in the middle", RESET, why="the connection was lost"),
    cut("ends without a `finish_reason`", DONE, why="the connection ended before the model had finished"),
    refused(
        "ends before it has begun, without a `finish_reason`",
        stream(chunk(role="assistant"), DONE),
        "The connection to {url} was lost before the reply.",
        "Try again.",
        AGAIN,
    ),
    cut("reports an error in the middle", event(error("GPU 7 is on fire")), why="GPU 7 is on fire"),
    Fault(
        "shouts in the middle",
        (stream(text("Half"), event(error("GPU 7 is on fire!"))),),
        "The reply was cut off: GPU 7 is on fire!",
        "Asking again may help; <continue> asks for the rest.",
        CUT,
        "Half",
        marked="cut off: GPU 7 is on fire!",
    ),
    refused(
        "reports an error instead of a reply",
        stream(event(error("GPU 7 is on fire"))),
        "The server failed: GPU 7 is on fire.",
        "Try again in a moment.",
        AGAIN,
    ),
    refused(
        "reports in the stream that it is asked too often",
        stream(event(error("Slow down", code=429))),
        "Too many requests: Slow down.",
        "Wait a little and try again.",
        AGAIN,
    ),
    refused(
        "reports in the stream that the quota is used up",
        stream(event(error("You exceeded it.", code="insufficient_quota"))),
        "The quota of the API key is used up.",
        "See the plan and billing of its account.",
        1,
    ),
    cut("sends broken JSON in the middle", event("{nope"), why="the server sent something unreadable"),
    refused("sends broken JSON", stream(event("{nope")), "The server sent something unreadable.", URL_HINT, AGAIN),
    cut(
        "gives up in the middle (`network_error`)",
        chunk("network_error") + DONE,
        why="the server gives the reason network_error",
    ),
    refused(
        "gives up before its reply (`insufficient_system_resource`)",
        stream(chunk(role="assistant"), chunk("insufficient_system_resource") + DONE),
        "The server ended the reply before it began: insufficient_system_resource.",
        "Try again.",
        AGAIN,
    ),
    cut("sends an event named `error` in the middle", b"event: error\ndata: No GPU\n\n", why="No GPU"),
    cut("sends bytes that are no UTF-8 in the middle", b"data: \xff\n\n", why="the server sent something unreadable"),
    refused(
        "sends bytes that are no UTF-8",
        stream(b"data: \xff\n\n"),
        "The server sent something unreadable.",
        URL_HINT,
        AGAIN,
    ),
    refused(
        "nests its JSON without end",
        stream(b"data: " + b"[" * 100_000 + b"\n\n"),
        "The server sent something unreadable.",
        URL_HINT,
        AGAIN,
    ),
    refused(
        "sends a number without end",
        stream(b'data: {"id": ' + b"1" * 10_000 + b"}\n\n"),
        "The server sent something unreadable.",
        URL_HINT,
        AGAIN,
    ),
    refused(
        "packs its reply three times (gzip)",
        packed(HELLO, STOP, times=3),
        "The server packs its answer as gzip, gzip, gzip, and this chat does not unpack that.",
        URL_HINT,
    ),
    refused(
        "packs its reply in a way that was not asked for",
        Reply((HELLO + STOP,), headers={**stream().headers, "Content-Encoding": "br"}),
        "The server packs its answer as br, and this chat does not unpack that.",
        URL_HINT,
    ),
    refused(
        "packs gigabytes into a few bytes",
        BOMB,
        "The server sent more than any reply holds.",
        URL_HINT,
        AGAIN,
    ),
    Fault(
        "packs gigabytes into a few bytes, after some text",
        (packed(text("Half"), ZEROS),),
        "The reply was cut off: the server sent more than any reply holds.",
        "Asking again may help; <continue> asks for the rest.",
        CUT,
        "Half",
        marked="cut off: the server sent more than any reply holds",
    ),
    refused(
        "fails (500), and packs why three times",
        packed(b"Oops", status=500, times=3),
        "The server failed (500): its message is packed (gzip, gzip, gzip).",
        "Try again in a moment.",
        AGAIN,
    ),
    refused(
        "fails (500), and packs gigabytes of blanks into a few bytes",
        packed(b" " * len(ZEROS), status=500),
        "The server failed (500).",
        "Try again in a moment.",
        AGAIN,
    ),
    refused(
        "breaks off in a packed body",
        Reply((PACKED[: len(PACKED) // 2],), headers={**stream().headers, "Content-Encoding": "gzip"}),
        "The connection to {url} was lost before the reply.",
        "Try again.",
        AGAIN,
    ),
    refused(
        "says it sends gzip, and does not",
        Reply((b"plain",), headers={**stream().headers, "Content-Encoding": "gzip"}),
        "The server sent something unreadable.",
        URL_HINT,
        AGAIN,
    ),
)

SOMETHING_ELSE = (
    refused(
        "sends a web page",
        page("<html><title>Welcome to nginx!</title>"),
        "The server sent a web page, not a reply: Welcome to nginx!",
        URL_HINT,
    ),
    refused("sends JSON", page({"status": "ok"}), 'The server sent JSON, not a reply: {"status": "ok"}.', URL_HINT),
    refused(
        "sends an error as if it were none",
        page(error("The model is loading")),
        "The server sent an error, not a reply: The model is loading.",
        URL_HINT,
    ),
    refused(
        "sends its reply in one piece",
        page({"object": "chat.completion", "choices": [{"message": {"content": "Hello!"}}]}),
        "The server sent its reply in one piece, and a chat needs it streamed.",
        URL_HINT,
    ),
    refused(
        "sends a message of Claude in one piece",
        page({"type": "message", "role": "assistant", "content": [{"type": "text", "text": "Hello!"}]}),
        "The server sent its reply in one piece, and a chat needs it streamed.",
        URL_HINT,
    ),
    refused(
        "sends an error whose fields are of other kinds",
        page(error("Nothing goes", code={"number": 7}, type=["x"]), 400),
        "The server refused the request (400): Nothing goes.",
        SETTINGS_HINT,
    ),
    refused(
        "sends plain text",
        Reply((b"Ollama is running",), headers={"Content-Type": "text/plain"}),
        "The server sent plain text, not a reply: Ollama is running.",
        URL_HINT,
    ),
    refused(
        "sends nothing", Reply((), headers={"Content-Type": "application/json"}), "The server sent nothing.", URL_HINT
    ),
    refused(
        "calls a tool that nobody offered",
        stream(
            chunk(tool_calls=[{"index": 0, "id": "1", "function": {"name": "get_weather", "arguments": "{}"}}]),
            chunk("tool_calls") + DONE,
        ),
        "The model called the tool get_weather, and this chat has none.",
        "Ask again in other words, or set another model with <model>.",
    ),
    cut(
        "calls a tool that nobody offered, after some text",
        chunk(tool_calls=[{"index": 0, "id": "1", "function": {"name": "get_weather", "arguments": "{}"}}]),
        chunk("tool_calls") + DONE,
        why="the model called the tool get_weather, and this chat has none",
    ),
    refused(
        "ends properly and says nothing",
        stream(chunk(role="assistant"), STOP),
        "The model sent an empty reply.",
        "Ask again.",
    ),
    refused(
        "has no tokens left for the reply",
        stream(chunk(reasoning="Let me see."), chunk("length") + DONE),
        "The tokens were used up before the reply began.",
        "Raise <max_reply_tokens>, or ask for less.",
    ),
    refused(
        "filters all of the reply",
        stream(chunk("content_filter") + DONE),
        "The provider's content filter let nothing of the reply through.",
        "Put it in other words.",
    ),
)

ENDINGS = (
    Fault(
        "stops at the limit of a reply (`length`)",
        (stream(text("Half"), chunk("length") + DONE),),
        exit_code=CUT,
        out="Half",
        marked="cut at its token limit",
        told="(The reply was cut at its token limit.)",
    ),
    Fault(
        "stops at the limit of a reply, in another server's word (`MAX_TOKENS`)",
        (stream(text("Half"), chunk("MAX_TOKENS") + DONE),),
        exit_code=CUT,
        out="Half",
        marked="cut at its token limit",
        told="(The reply was cut at its token limit.)",
    ),
    Fault(
        "filters the rest (`content_filter`)",
        (stream(text("Half"), chunk("content_filter") + DONE),),
        exit_code=CUT,
        out="Half",
        marked="cut by the provider's content filter",
        told="(The reply was cut by the provider's content filter.)",
    ),
    Fault(
        "refuses in the model's words (`refusal`)",
        (stream(chunk(refusal="I will not help with that."), STOP),),
        exit_code=CUT,
        out="I will not help with that.",
        marked="a refusal",
        told="(The reply was a refusal.)",
    ),
)

HARMLESS = (
    fine("leaves out `[DONE]`", stream(HELLO, chunk("stop"))),
    fine("counts tokens in a chunk of their own", stream(HELLO, chunk("stop"), USAGE + DONE)),
    fine("counts tokens beside an empty delta", stream(HELLO, chunk("stop"), chunk(usage=(12, 3)) + DONE)),
    fine("counts tokens in the last chunk", stream(HELLO, chunk("stop", usage=(12, 3)) + DONE)),
    fine("counts no tokens", stream(HELLO, STOP)),
    fine(
        "sends empty, null and missing choices",
        stream(event({"choices": []}), event({"choices": None}), event({}), HELLO, STOP),
    ),
    fine("sends null deltas", stream(event({"choices": [{"delta": None}]}), chunk(content=None), HELLO, STOP)),
    fine("sends its text in parts", stream(chunk(content=[{"type": "text", "text": "Hello!"}]), STOP)),
    fine("thinks aloud first", stream(chunk(reasoning="Hm."), chunk(reasoning_content="Hm!"), HELLO, STOP)),
    fine("thinks aloud first, in tags", stream(text("<thi", "nk>\nHm.\n</think>\n", "\nHello!"), STOP)),
    fine("ends its lines with CRLF, and comments", stream((b": hi\n\n" + HELLO + STOP).replace(b"\n", b"\r\n"))),
    fine("begins with a byte order mark", stream(b"\xef\xbb\xbf" + HELLO, STOP)),
    fine(
        "keeps the connection open with events without data", stream(IDLE, text("Hel"), IDLE, text("lo!"), IDLE, STOP)
    ),
    fine("tears characters apart", stream(*(bytes([byte]) for byte in ACCENTS), DONE), out="né à 日本"),
    fine("sends 20,000 chunks of one character", stream(text(*"a " * 10_000), STOP), out=("a " * 10_000)),
    fine("sends one chunk of a megabyte", stream(text("abcdefg " * 125_000), STOP), out="abcdefg " * 125_000),
    fine("packs its stream (gzip)", packed(HELLO, STOP)),
)

HOSTILITY = (
    fine(
        "sends codes that act on a terminal",
        stream(*(text(character) for character in HOSTILE), STOP),
        out="a[31mred]0;t bcde onetwo",
        shown="a␛[31mred␛]0;t␇ b‹9B›c‹RLO›d‹tag 41›e␈␡ one␍two",
    ),
    fine("sends half a character", stream(text("a\ud800b"), STOP), out="a\ufffdb"),
    refused(
        "hides codes in an error",
        page(error("\x1b]0;owned\x07\x1b[2J\u202egone [red]x[/red]"), 400),
        "The server refused the request (400): ]0;owned [2J gone [red]x[/red].",
        SETTINGS_HINT,
    ),
)

GROUPS: Mapping[str, Sequence[Fault]] = {
    "The way to the server": CONNECTION,
    "What the server refuses": REFUSALS,
    "Too long a request": TOO_LONG,
    "Silence, and replies that break off": SILENCE_AND_CUTS,
    "Something other than a reply": SOMETHING_ELSE,
    "Endings": ENDINGS,
    "Odd, and no reason to complain": HARMLESS,
    "Text that would act": HOSTILITY,
}
FAULTS = [fault for group in GROUPS.values() for fault in group]
