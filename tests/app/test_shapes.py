"""The shape that a saved conversation comes back with, and the one that a persona brings."""

from pathlib import Path

import pytest

from chatbot_cli.app.assembly import open_chat
from chatbot_cli.app.shapes import WantedShape, shape_again, wanted_shape
from chatbot_cli.sessions.setup_json import setup_as_json, with_overrides
from tests.app.test_assembly import KEY, surroundings
from tests.settings.home import Home

SOUND = {"source": '{"type": "object"}', "label": "person", "many": False}


def test_off_is_no_schema_however_it_is_written() -> None:
    assert wanted_shape("Off ", Path(), many=False) == WantedShape(is_off=True)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.folders.personas.mkdir()
    return home


def test_a_saved_schema_that_makes_no_sense_is_left_out_and_told(home: Home) -> None:
    setups = open_chat({}, surroundings(home, KEY)).setups
    saved = setup_as_json(setups.first()[0])
    assert setups.revived(saved | {"shape": SOUND}).shape == shape_again('{"type": "object"}', "person", False)
    for source in ('{"type": "objekt"}', "{", "3", '{"$ref": "https://example.org/x"}'):
        setup = setups.revived(saved | {"shape": SOUND | {"source": source}})
        assert setup.shape is None
        assert setups.changes_of(setup) == "The saved schema “person” makes no sense: replies are texts again."
        assert setups.changes_of(setup) == ""


def test_a_persona_brings_its_shape_to_a_new_conversation_and_to_a_resumed_one(home: Home) -> None:
    (home.folders.personas / "clerk.yaml").write_text("system_prompt: x\nschema: name, age int\n")
    ready = open_chat({"persona": "clerk"}, surroundings(home, KEY))
    shape = ready.conversation.setup.shape
    assert shape is not None
    assert shape.label == "name, age int"
    assert ready.setups.given_by_flags()["shape"] == {"source": shape.source, "label": shape.label, "many": False}
    listed = {**ready.setups.given_by_flags(), **WantedShape(many=True).as_fields()}
    assert with_overrides({"shape": None}, listed)["shape"] == {
        "source": shape.source,
        "label": shape.label,
        "many": True,
    }
    assert "shape" not in open_chat({"persona": "tutor"}, surroundings(home, KEY)).setups.given_by_flags()
