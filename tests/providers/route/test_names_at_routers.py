"""Behind an address of the user's own, names go out whole, whatever provider they begin with."""

import pytest

from chatbot_cli.providers.entries.provider import Provider
from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.route.endpoint import Access
from chatbot_cli.providers.route.spec import route_to

AT_SERVERS = [row for row in built_in() if row.base_url]
ROUTER = "http://router.example:4000/v1"


@pytest.mark.parametrize("row", AT_SERVERS, ids=lambda row: row.name)
def test_a_router_is_sent_the_whole_name_and_only_what_runs_there_is_named_without_its_program(row: Provider) -> None:
    route = route_to(f"{row.name}/vendor/model-1", Access({}, base_url=ROUTER))
    assert route is not None
    assert route.endpoint.base_url == ROUTER
    assert route.endpoint.model == (f"{row.name}/vendor/model-1" if row.wants_key else "vendor/model-1")


@pytest.mark.parametrize("spec", ["mine", "vendor/model-1", "a/b/c", "gpt-6-luna"])
def test_so_are_names_that_begin_with_nobodys(spec: str) -> None:
    route = route_to(spec, Access({}, base_url=ROUTER))
    assert route is not None
    assert route.endpoint.model == spec
