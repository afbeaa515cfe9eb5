"""Holds a folder's `.env`, which may be a stranger's, to what the table lets it set, and says what it sets. Pure."""

import re
from collections.abc import Container

from chatbot_cli.chat.parameters import as_text
from chatbot_cli.errors import SettingsError
from chatbot_cli.hints import unmarked
from chatbot_cli.settings.sources import Level, Notice, NoticeKind
from chatbot_cli.settings.table import SETTINGS, InFolder, Setting
from chatbot_cli.system.web_address import address_in_words
from chatbot_cli.text.short import as_written

PLAIN_NAME = re.compile(r"[\w -]+")  # of a persona; anything else may be a path, and so the words of a stranger
LONGEST = 60  # characters of a value
FOR_WHAT = {"fallback": "who else is asked"}  # what a folder cannot say by a setting that is in vain there


def heard(dotenv: Level, config: Level, of_user: Container[str]) -> tuple[Level, tuple[Notice, ...]]:
    """What counts of a `.env`, and what is to be said of it.

    `of_user` has the settings that flags, persona and environment give: they outdo the folder's, so nothing is said. A
    value that makes no sense still counts, for its error to be told.
    """
    counts, said = dict(dotenv), []
    for setting in SETTINGS:
        if setting.name not in dotenv or setting.name in of_user:
            continue
        try:
            value = setting.read(dotenv[setting.name])
        except SettingsError:
            continue
        own = _own(setting, config)
        if _is_more_lenient(setting, value, own):
            del counts[setting.name]
        if notice := _notice(setting, value, own, config):
            said.append(notice)
    return counts, tuple(said)


def _own(setting: Setting, config: Level) -> object:
    """The value that the user has without the folder."""
    try:
        return setting.read(config[setting.name])
    except (KeyError, SettingsError):
        return setting.default


def _is_more_lenient(setting: Setting, value: object, own: object) -> bool:
    """Whether a folder's value does not count: it is less strict than the user's own, or not the folder's to set.

    A number that is unset is no strictness.
    """
    if setting.in_folder is InFolder.IN_VAIN:
        return True
    if setting.in_folder is not InFolder.STRICTER:
        return False
    if order := setting.strictness:
        return order.index(value) < order.index(own)
    return isinstance(value, float) and isinstance(own, float) and value > own


def _notice(setting: Setting, value: object, own: object, config: Level) -> Notice | None:
    says = f"as {setting.variable} in .env of this folder says"
    if setting.name == "openai_base_url":
        where = f"The address of OpenAI's models is {unmarked(address_in_words(str(value)))}"
        return Notice(NoticeKind.FOLDER_ADDRESS, f"{where}, {says}.")
    if value == own:
        return None
    if setting.in_folder is InFolder.IN_VAIN:
        what = FOR_WHAT.get(setting.name, "where documents go")
        sentence = f"{setting.variable} in .env of this folder does not count: a folder cannot say {what}."
        return Notice(NoticeKind.FOLDER_OUTDONE, sentence)
    if _is_more_lenient(setting, value, own):
        sentence = f"{setting.variable}={_in_words(value)} in .env of this folder does not count: yours is"
        stricter = f"{sentence} {_in_words(own)}, and a folder can only be stricter."
        return Notice(NoticeKind.FOLDER_OUTDONE, stricter)
    match setting.name, value:
        case "save", False:
            return Notice(NoticeKind.FOLDER_SETS, f"This conversation is not saved, {says}.")
        case "debug", True:
            return Notice(NoticeKind.FOLDER_SETS, f"All that is said is written to the debug log, {says}.")
        case "persona", str() if not PLAIN_NAME.fullmatch(value):
            return Notice(NoticeKind.FOLDER_CHOOSES, f"The persona is the file {_in_words(value)}, {says}.")
    is_said = setting.in_folder in (InFolder.SAID, InFolder.STRICTER)
    if is_said or (setting.in_folder is InFolder.SAID_IF_YOURS_DIFFERS and setting.name in config):
        kind = NoticeKind.FOLDER_SETS if is_said else NoticeKind.FOLDER_CHOOSES
        instead = "" if own in (None, ()) else f", not {_in_words(own)}"
        return Notice(kind, f"{setting.name} is {_in_words(value)}{instead}, {says}.")
    return None


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return unmarked(as_written(as_text(value), LONGEST))
