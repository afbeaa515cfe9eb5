"""The subcommands of `chat` by name. Each is imported when it is called."""

import typer

from chatbot_cli.cli.personas import persona_app


def _personas() -> typer.Typer:
    return persona_app


def _sessions() -> typer.Typer:
    # Imported here: it brings the database, which no other start may wait for.
    from chatbot_cli.cli.sessions import session_app

    return session_app


def _doctor() -> typer.Typer:
    # Imported here: it looks at everything, and so it brings everything.
    from chatbot_cli.cli.doctor import doctor_app

    return doctor_app


def _stats() -> typer.Typer:
    # Imported here: it brings the database, which no other start may wait for.
    from chatbot_cli.cli.stats import stats_app

    return stats_app


def _schema() -> typer.Typer:
    # Imported here: it brings jsonschema, which no other start may wait for.
    from chatbot_cli.cli.schema import schema_app

    return schema_app


def _tools() -> typer.Typer:
    # Imported here: it brings pydantic, which no other start may wait for.
    from chatbot_cli.cli.tools import tool_app

    return tool_app


def _models() -> typer.Typer:
    # Imported here: it brings the list of models, which no other start may wait for.
    from chatbot_cli.cli.models import model_app

    return model_app


def _docs() -> typer.Typer:
    # Imported here: it brings the database and the readers, which no other start may wait for.
    from chatbot_cli.cli.docs import docs_app

    return docs_app


SUBCOMMANDS = {
    "personas": _personas,
    "sessions": _sessions,
    "models": _models,
    "docs": _docs,
    "schema": _schema,
    "tools": _tools,
    "stats": _stats,
    "doctor": _doctor,
}
