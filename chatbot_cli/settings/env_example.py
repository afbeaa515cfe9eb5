"""The text of `.env.example`, from the table of the settings."""

from collections.abc import Mapping

from chatbot_cli.settings.table import SETTINGS, InFolder

BESIDE = {
    InFolder.STRICTER: "# Here it can only be made stricter than yours.",
    InFolder.IN_VAIN: "# Here it does not count: set it in the environment, or in config.toml.",
}


def env_example(keys: Mapping[str, str]) -> str:
    """The text of `.env.example`; `keys` are the variables of the keys, each with its explanation.

    After a change of the table, or of the providers', generate it again:

        python -c "from chatbot_cli.providers.entries.registry import built_in
        from chatbot_cli.settings.env_example import env_example
        print(end=env_example(built_in().keys))" > .env.example
    """
    lines = [
        "# Copy this file to .env in the folder you start chat from; what stays empty is not set.",
        "# All but the keys can stand in ~/.config/chatbot-cli/config.toml too, as in: max_turns = 20",
        "# A folder may be a stranger's: a line says so when its .env sets an address, who answers, or what is kept.",
    ]
    for variable, explanation in keys.items():
        lines += ["", f"# {explanation}", f"{variable}="]
    for setting in SETTINGS:
        if setting.variable:
            lines += ["", f"# {setting.explanation}{_by_default(setting.default)}"]
            lines += [BESIDE[setting.in_folder]] if setting.in_folder in BESIDE else []
            lines.append(f"{setting.variable}=")
    return "\n".join(lines) + "\n"


def _by_default(default: object) -> str:
    match default:
        case None | ():
            return ""
        case bool():
            return f" Default: {'yes' if default else 'no'}"
        case float():
            return f" Default: {default:g}"
        case _:
            return f" Default: {default}"
