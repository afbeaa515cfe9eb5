"""Checks the models that stand in for the chosen one: whether each can be opened, where it is, and with what key."""

from collections.abc import Iterator

from chatbot_cli.app.models_in_use import ModelsInUse
from chatbot_cli.app.opened_models import OpenedModels
from chatbot_cli.chat.model import Model
from chatbot_cli.doctor.report import Check
from chatbot_cli.doctor.settings import SettingsReport, stated_as
from chatbot_cli.errors import SettingsError
from chatbot_cli.hints import spelled
from chatbot_cli.settings.precedence import Settings
from chatbot_cli.settings.sources import Origin
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.system.web_address import address_in_words


def check_fallback(
    report: SettingsReport, surroundings: Surroundings, folders: Folders, *, offline: bool
) -> Iterator[Check]:
    """A line for each of them; nothing is sent."""
    settings = report.settings
    if report.wrong & {"fallback", "base_url", "openai_base_url"}:
        return
    models = OpenedModels(surroundings.environ, sends_nothing=False)
    names = ModelsInUse(settings, surroundings.environ, folders.cache, looks=not offline)
    for typed in settings.fallback or ():
        try:
            spec = names.spec_of(typed)
        except SettingsError as error:
            fix = spelled(error.marked_hint, stated_as(settings))
            yield Check("fail", "fallback", f"{typed} cannot stand in: {error}", fix=fix)
            continue
        model = models.stand_in(spec, settings, "", lambda model: _is_of_folder(model, settings), is_new=False)
        if problem := model.problem:
            fix = spelled(problem.marked_hint, stated_as(settings)) or "Leave it out of the list"
            yield Check("warn", "fallback", f"{spec} does not stand in: {problem}", fix=fix)
            continue
        provider = models.providers(settings).called(spec.partition("/")[0])
        key = "its key is there" if provider is None or provider.wants_key else "without a key"
        where = f"at {model.address}, {key}" if model.address else "in this process"
        yield Check("ok", "fallback", f"{spec}, {where}")


def _is_of_folder(model: Model, settings: Settings) -> bool:
    is_here = bool(model.address) and model.address == address_in_words(settings.openai_base_url or "")
    return is_here and settings.sources["openai_base_url"].origin is Origin.DOTENV
