"""Which files are not read, though they could be: they hold keys, or nothing that a person wrote.

Who names such a file one by one may have it.
"""

import re
from fnmatch import fnmatchcase
from pathlib import PurePath

from chatbot_cli.text.file_kinds import certain_kind

MOST_BYTES = 20_000_000
_LONG_LINE = 20_000  # bytes
_FEW_NEWLINES = 0.01  # of the bytes
_BEGINNING = 1024  # bytes; what has a NUL there is no text of one byte a character
# Pages, notebooks and mails have readers that do not mind; Markdown may hold images.
_LONG_LINES_ARE_FINE = (".html", ".htm", ".xhtml", ".ipynb", ".eml", ".mbox", ".md", ".markdown", ".pdf")

_KEY_FILES = (
    ".env .env.* *.env .envrc id_rsa* id_dsa* id_ecdsa* id_ed25519* *.pem *.key *.p8 *.p12 *.pfx *.jks *.keystore"
    " *.kdbx *.ppk *.gpg *.pgp *.ovpn .netrc _netrc .npmrc .pypirc .pgpass .my.cnf .git-credentials .htpasswd"
    " .dockercfg .s3cfg .boto credentials credentials.json service-account*.json secrets.toml secrets.yml secrets.yaml"
    " secrets.json *.tfstate *.tfstate.backup"
)
_NO_KEY_FILES = "*.pub .env.example .env.sample .env.template .env.dist example.env"
_LOCK_FILES = (
    "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock poetry.lock pdm.lock"
    " uv.lock pixi.lock pipfile.lock conda-lock.yml cargo.lock composer.lock gemfile.lock podfile.lock go.sum"
    " flake.lock mix.lock pubspec.lock packages.lock.json gradle.lockfile package.resolved"
)
_MINIFIED = "*.min.js *.min.css *.min.mjs *.js.map *.css.map *.mjs.map *.bundle.js"
_NAMES = {"a lock file": _LOCK_FILES.split(), "minified": _MINIFIED.split()}
_KEYS, _NO_KEYS = _KEY_FILES.split(), _NO_KEY_FILES.split()
# Folders whose files hold keys, all but these.
_KEY_FOLDERS = {".ssh": ("config", "known_hosts"), ".gnupg": (), ".aws": (), ".docker": (), ".kube": ()}
_PRIVATE_KEY = re.compile(rb"\s*-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")


def is_key_file(path: PurePath) -> bool:
    """Whether a file is one that holds keys or passwords, by its name."""
    name = path.name.lower()
    if any(fnmatchcase(name, pattern) for pattern in _NO_KEYS):
        return False
    if any(fnmatchcase(name, pattern) for pattern in _KEYS):
        return True
    return path.parent.name in _KEY_FOLDERS and name not in _KEY_FOLDERS[path.parent.name]


def unwanted(path: PurePath, size: int) -> str:
    """Why a file is not read, by its name and size, in a clause: "a lock file"; empty if nothing tells against it."""
    if is_key_file(path):
        return "a key file"
    name = path.name.lower()
    for kind, patterns in _NAMES.items():
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            return kind
    return too_large(size)


def too_large(size: int) -> str:
    """The clause for a file with so many bytes; empty if it can be read."""
    return f"too large ({size / 1e6:,.1f} MB)" if size > MOST_BYTES else ""


def unwanted_content(path: PurePath, content: bytes) -> str:
    """Why a file is not read, by its bytes: "a key file", "minified"; empty if nothing tells against it."""
    if _PRIVATE_KEY.match(content[:200]):
        return "a key file"
    if len(content) <= _LONG_LINE or path.suffix.lower() in _LONG_LINES_ARE_FINE or certain_kind(content):
        return ""
    if content.count(b"\n") >= _FEW_NEWLINES * len(content) or b"\0" in content[:_BEGINNING]:
        return ""
    return "minified" if max(map(len, content.splitlines())) > _LONG_LINE else ""
