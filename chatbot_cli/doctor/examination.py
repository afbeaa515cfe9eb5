"""Checks everything that a chat needs: versions, settings, the model's server, the terminal, folders."""

import platform
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

from chatbot_cli import __version__
from chatbot_cli.app.model_access import access_of
from chatbot_cli.app.models_in_use import ModelsInUse
from chatbot_cli.app.opened_models import OpenedModels
from chatbot_cli.doctor.documents import check_documents
from chatbot_cli.doctor.fallback import check_fallback
from chatbot_cli.doctor.folders import check_folders
from chatbot_cli.doctor.lessons import check_lessons
from chatbot_cli.doctor.models import check_lists, check_providers
from chatbot_cli.doctor.report import Check, Groups, without_keys
from chatbot_cli.doctor.servers import check_servers
from chatbot_cli.doctor.settings import SettingsReport, check_settings, stated_as, stated_in
from chatbot_cli.doctor.weights import check_library, check_weights
from chatbot_cli.errors import MissingKey, SettingsError
from chatbot_cli.hints import spelled
from chatbot_cli.providers.entries.provider import MESSAGES, Dialect
from chatbot_cli.providers.reachability.asking import ask_server, server_of
from chatbot_cli.providers.reachability.findings import ModelServer
from chatbot_cli.providers.route.endpoint import CERTIFICATES
from chatbot_cli.providers.route.proxy_in_force import proxy_in_force
from chatbot_cli.providers.route.spec import provider_of
from chatbot_cli.providers.route.spoken import LIBRARY, WITHOUT_IT, is_missing, what_mends_it
from chatbot_cli.sessions.database.health import SQLITE, has_full_text
from chatbot_cli.settings.precedence import Flags, Settings
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.system.terminal_size import size_of
from chatbot_cli.terminal.theme import make_console

LIBRARIES = ("openai", "rich", "prompt_toolkit")
COLOURS = {None: "none", "standard": "16", "256": "256", "truecolor": "16 million", "windows": "16"}
MULTIPLEXERS = {"TMUX": "tmux", "STY": "screen", "SSH_CONNECTION": "SSH", "SSH_TTY": "SSH"}


async def examine(flags: Flags, surroundings: Surroundings, *, offline: bool) -> Groups:
    """Run all checks, by group; no key is in any. The model's server is asked unless `offline`. Nothing is changed."""
    folders = Folders.of(surroundings.environ, surroundings.home)
    report = check_settings(flags, surroundings, folders)
    groups: Groups = {
        "versions": list(_versions()),
        "settings": report.checks,
        "model": [
            *await _model(report, surroundings, folders, offline=offline),
            *check_fallback(report, surroundings, folders, offline=offline),
            *check_lessons(folders),
        ],
        "tools": await check_servers(report.settings.tools, surroundings, offline=offline),
        "documents": check_documents(report.settings, folders, offline=offline),
        "terminal": list(_terminal(surroundings)),
        "folders": list(check_folders(folders)),
    }
    return without_keys(groups, report.keys)


def _versions() -> Iterator[Check]:
    yield Check("ok", "chat", __version__)
    yield Check("ok", "Python", platform.python_version())
    yield Check("ok", "platform", platform.platform())
    yield from check_lists()
    for library in LIBRARIES:
        try:
            yield Check("ok", library, version(library))
        except PackageNotFoundError:
            yield Check("fail", library, "not installed", fix=f"Install it: pip install {library}")
    yield check_library()
    if has_full_text():
        yield Check("ok", "SQLite", f"{SQLITE}, with full-text search")
    else:
        fix = "Use a Python whose SQLite has FTS5"
        yield Check("warn", "SQLite", f"{SQLITE}, without full-text search: finding words is slow", fix=fix)


async def _model(report: SettingsReport, surroundings: Surroundings, folders: Folders, *, offline: bool) -> list[Check]:
    settings = report.settings
    checks = [Check("ok", "spec", settings.model)]
    if wrong := report.wrong & {"base_url", "openai_base_url", "model"}:
        # Without it another server would be asked, and given a key that was meant for this one.
        return [*checks, Check("warn", "server", f"not asked, since {' and '.join(sorted(wrong))} is wrong")]
    models = ModelsInUse(settings, surroundings.environ, folders.cache, looks=not offline)
    try:
        settings = replace(settings, model=models.spec_of(settings.model))
        checks = [Check("ok", "spec", settings.model)]
        access = access_of(settings, surroundings.environ)
        provider, name = provider_of(settings.model, access)
        if provider.starts:
            return [*checks, *check_weights(provider.label, name, settings, access)]
        server = server_of(settings.model, access)
    except SettingsError as error:
        mend = error.hint_for(stated_as(settings))
        if isinstance(error, MissingKey):
            checks += check_providers(models, local=True)
        else:
            mend = f"{mend} Set {stated_in('model', settings)} to another model".strip()
        return [*checks, Check("fail", "server", str(error), fix=mend)]
    if server is None:
        none = Check("ok", "server", "none: the demo model answers offline")
        return [*checks, *check_providers(models, local=True), none]
    checks += [Check("ok", "provider", server.provider.name), Check("ok", "address", server.endpoint.address)]
    checks += [*_protocol(server.dialect)]
    checks += [*check_providers(models, local=server.provider.local), *_route(server)]
    if offline:
        return [*checks, Check("ok", "server", "not asked"), await _window(settings, surroundings, folders, asks=False)]
    spelling = stated_as(settings)
    findings = await ask_server(server)
    for finding in findings:
        checks.append(Check(finding.grade, finding.name, finding.value, fix=spelled(finding.fix, spelling)))
    answers = not any(finding.grade == "fail" for finding in findings)
    return [*checks, await _window(settings, surroundings, folders, asks=answers)]


def _protocol(entry: Dialect) -> Iterator[Check]:
    """How a server is spoken with that has a protocol of its own."""
    if is_missing(entry):
        yield Check("warn", "protocol", f"spoken {WITHOUT_IT}", fix=f"Run: {what_mends_it()}")
    elif entry.speaks == MESSAGES:
        yield Check("ok", "protocol", f"Messages, by {LIBRARY} {version(LIBRARY)}")


async def _window(settings: Settings, surroundings: Surroundings, folders: Folders, *, asks: bool) -> Check:
    """How many tokens the model holds, and whose word that is: its server's, if it `asks` one and that tells."""
    models = OpenedModels(surroundings.environ, None, folders.cache, sends_nothing=False)
    model = models.open(settings.model, settings, "")
    if asks and model.server_window.may_tell:
        await model.server_window.ask()
    window, most = model.window, model.input_tokens
    sent = f", at most {most:,} to send" if most is not None and most < window.value else ""
    return Check("ok", "window", f"{window.value:,} tokens{sent}", window.source)


def _route(server: ModelServer) -> Iterator[Check]:
    """The variables that act on the way to the server: a proxy, certificates."""
    if proxy := proxy_in_force(server.endpoint.base_url, server.endpoint.environ):
        used = f"not used, {proxy.bypassed_by} names the server" if proxy.bypassed_by else proxy.address
        yield Check("ok", "proxy", used, proxy.variable)
    if not server.endpoint.base_url.startswith("https:"):
        return
    for variable in CERTIFICATES:
        if certificates := server.endpoint.environ.get(variable):
            yield Check("ok", "certificates", certificates, variable)


def _terminal(surroundings: Surroundings) -> Iterator[Check]:
    environ, out = surroundings.environ, surroundings.stdout
    on_terminal = out.isatty()
    yield Check("ok", "stdin", _kind(surroundings.stdin_is_terminal))
    yield Check("ok", "stdout", _kind(on_terminal))
    term = environ.get("TERM", "")
    if on_terminal and (surroundings.is_dumb or not term):
        yield Check("warn", "TERM", f"{term or 'not set'}: plain text only", fix="export TERM=xterm-256color")
    else:
        yield Check("ok", "TERM", term or "not set")
    if size := size_of(out):
        yield Check("ok", "size", f"{size.columns} × {size.lines}")
    colours = COLOURS.get(make_console(out).color_system, "some")
    yield Check("ok", "colours", f"none, for NO_COLOR is set ({colours})" if environ.get("NO_COLOR") else colours)
    yield _encoding(surroundings)
    if around := [name for variable, name in MULTIPLEXERS.items() if environ.get(variable)]:
        yield Check("ok", "inside", ", ".join(dict.fromkeys(around)))


def _encoding(surroundings: Surroundings) -> Check:
    encoding = getattr(surroundings.stdout, "encoding", None) or "UTF-8"
    variable = next((name for name in ("LC_ALL", "LC_CTYPE", "LANG") if surroundings.environ.get(name)), "")
    locale = f"{variable}={surroundings.environ[variable]}" if variable else "no locale set"
    if encoding.lower().replace("-", "").replace("_", "") == "utf8":
        return Check("ok", "encoding", f"UTF-8 ({locale})")
    return Check("warn", "encoding", f"{encoding} ({locale}): some characters are lost", fix="export PYTHONUTF8=1")


def _kind(is_terminal: bool) -> str:
    return "a terminal" if is_terminal else "no terminal"
